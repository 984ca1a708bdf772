import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readHls } from '../../core/inspect/hls/read-hls.ts';
import type { ListedPackage } from '../../core/inspect/model/listed-package.ts';
import { memoryPackage } from '../helpers/oracles/memory-package.ts';
import { failureOf } from '../helpers/titles/package.ts';

const test = suite('inspect hls');

const KID = '000102030405060708090a0b0c0d0e0f';
const read = (text: string, others: Readonly<Record<string, string>> = {}): Promise<ListedPackage> =>
  readHls(memoryPackage({ 'main.m3u8': text, ...others }), 'main.m3u8');
const media = (lines: string): string => `#EXTM3U\n#EXT-X-TARGETDURATION:2\n${lines}\n#EXT-X-ENDLIST\n`;
const segmentsOf = async (lines: string) => (await read(media(lines))).renditions[0]!.segments;
/** Rules and lines of the faults. */
const faultsOf = ({ faults = [] }: ListedPackage) => faults.map(({ rule, line }) => `${rule} ${line}`);

test('places: whole files, ranges with and without offset, init segments', async () => {
  const [rendition] = (
    await read(
      media(
        [
          '#EXT-X-MEDIA-SEQUENCE:7',
          '#EXT-X-MAP:URI="v%20ideo.mp4",BYTERANGE="100@0"',
          '#EXTINF:2,',
          '#EXT-X-BYTERANGE:50@100',
          'v%20ideo.mp4',
          '#EXTINF:1.5,a title, with commas',
          '#EXT-X-BYTERANGE:60',
          'v%20ideo.mp4',
          '#EXT-X-DISCONTINUITY',
          '#EXT-X-MAP:URI="other.mp4",BYTERANGE="10"',
          '#EXT-X-PROGRAM-DATE-TIME:2026-01-02T03:04:05.678Z',
          '#EXT-X-GAP',
          '#EXTINF:1,',
          'whole.m4s?x=1',
        ].join('\r\n'),
      ),
    )
  ).renditions;
  const inits = [
    { path: 'v ideo.mp4', offset: 0, length: 100 },
    { path: 'other.mp4', offset: 0, length: 10 },
  ];
  assert.equal(rendition!.init, inits[0]);
  assert.equal(
    rendition!.segments.map(({ keys: _, ...segment }) => segment),
    [
      {
        place: { path: 'v ideo.mp4', offset: 100, length: 50 },
        start: 0,
        duration: 2,
        init: inits[0],
        discontinuity: false,
        number: 7,
        line: 7,
      },
      {
        place: { path: 'v ideo.mp4', offset: 150, length: 60 },
        start: 2,
        duration: 1.5,
        init: inits[0],
        discontinuity: false,
        number: 8,
        line: 10,
      },
      {
        place: { path: 'whole.m4s', offset: 0, length: undefined },
        start: 3.5,
        duration: 1,
        init: inits[1],
        discontinuity: true,
        number: 9,
        line: 16,
        isGap: true,
        dateTime: Date.parse('2026-01-02T03:04:05.678Z'),
      },
    ],
  );
});

test('keys: one for each KEYFORMAT, each until the next of its own; NONE ends all', async () => {
  const segments = await segmentsOf(
    [
      '#EXTINF:2,',
      'a.ts',
      '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://one",KEYFORMAT="com.apple.streamingkeydelivery",KEYFORMATVERSIONS="1"',
      `#EXT-X-KEY:METHOD=SAMPLE-AES,URI="data:,x",KEYFORMAT="urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed",KEYID=0x${KID}`,
      '#EXTINF:2,',
      'b.ts',
      `#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://${KID}",KEYFORMAT="com.apple.streamingkeydelivery"`,
      '#EXTINF:2,',
      'c.ts',
      '#EXT-X-KEY:METHOD=NONE',
      '#EXTINF:2,',
      'd.ts',
      '#EXT-X-KEY:METHOD=AES-128,URI="key.bin",IV=0X1',
      '#EXTINF:2,',
      'e.ts',
    ].join('\n'),
  );
  assert.equal(
    segments.map(({ keys }) =>
      keys.map(({ method, uri, kid, keyFormat }) => [method, uri, kid, keyFormat.slice(0, 9)].join(' ')),
    ),
    [
      [],
      ['SAMPLE-AES skd://one  com.apple', `SAMPLE-AES data:,x ${KID} urn:uuid:`],
      [`SAMPLE-AES data:,x ${KID} urn:uuid:`, `SAMPLE-AES skd://${KID} ${KID} com.apple`],
      [],
      ['AES-128 key.bin  identity'],
    ],
  );
  assert.equal(segments[4]!.keys[0]!.iv, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1));
  assert.is(segments[4]!.keys[0]!.line, 15);
});

const MULTIVARIANT = `#EXTM3U
#EXT-X-VERSION:8
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-DEFINE:NAME="host",VALUE="v"
#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="skd://${KID}",KEYFORMAT="com.apple.streamingkeydelivery"
#EXT-X-SESSION-DATA:DATA-ID="a.b",VALUE="x"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="English, loud",LANGUAGE="en",DEFAULT=YES,CHANNELS="2",URI="a/aac.m3u8",CHARACTERISTICS="public.a,public.b"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="ac3",NAME="English",URI="a/ac3.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="Deutsch",LANGUAGE="de",URI="t.m3u8"
#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="CC",INSTREAM-ID="CC1"
#EXT-X-STREAM-INF:BANDWIDTH=900,AVERAGE-BANDWIDTH=800,CODECS="avc1.640015,mp4a.40.2,wvtt",RESOLUTION=640x360,FRAME-RATE=29.970,AUDIO="aac",SUBTITLES="subs",VIDEO-RANGE=SDR,CLOSED-CAPTIONS=NONE
{$host}.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=950,CODECS="avc1.640015,ac-3,wvtt",RESOLUTION=640x360,AUDIO="ac3",SUBTITLES="subs"
v.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=100,CODECS="mp4a.40.2",AUDIO="aac"
a/aac.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=50,CODECS="avc1.640015",RESOLUTION=640x360,URI="i.m3u8"
#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=5,RESOLUTION=640x360,CODECS="jpeg",URI="img.m3u8"
`;
const ONE = media('#EXT-X-DEFINE:IMPORT="host"\n#EXTINF:2,\n{$host}.ts');

test('a multivariant playlist: kinds, groups, codecs by kind, each playlist once', async () => {
  const listed = await read(MULTIVARIANT, {
    'v.m3u8': ONE,
    'a/aac.m3u8': ONE,
    'a/ac3.m3u8': ONE,
    't.m3u8': ONE,
    'i.m3u8': media('#EXT-X-I-FRAMES-ONLY\n#EXTINF:2,\n#EXT-X-BYTERANGE:5@9\nv.ts'),
    'img.m3u8': media(
      '#EXT-X-IMAGES-ONLY\n#EXTINF:8,\n#EXT-X-TILES:RESOLUTION=64x36,LAYOUT=3x2,DURATION=2\n1.jpg',
    ),
  });
  assert.equal(faultsOf(listed), []);
  assert.is(listed.duration, 8);
  assert.equal(
    listed.renditions.map(
      ({ id, kind, set, codecs, bandwidth, width, frameRate, language, channels, label, line }) =>
        [id, kind, set, codecs.join('+'), bandwidth, width, frameRate, language, channels, label, line].join(
          '|',
        ),
    ),
    [
      'v.m3u8|video||avc1.640015|900|640|29.97||||11',
      'a/aac.m3u8|audio||mp4a.40.2|100||||||15',
      'i.m3u8|trick||avc1.640015|50|640|||||17',
      'a/ac3.m3u8|audio|ac3|ac-3|||||||8'.replace('|||||||8', '|||||' + '|English|8'),
      't.m3u8|text|subs|wvtt||||de||Deutsch|9',
      'img.m3u8|image||jpeg|5|640|||||18',
    ],
  );
  assert.is(listed.renditions[0]!.segments[0]!.place.path, 'v.ts');
  assert.is(listed.renditions[1]!.segments[0]!.place.path, 'a/v.ts');
  assert.equal(listed.renditions.at(-1)!.tiles, { columns: 3, rows: 2, width: 64, height: 36, seconds: 2 });
  assert.ok(listed.renditions.every(({ independent }) => independent));
  assert.is(listed.sessionKeys[0]?.kid, KID);
  assert.equal(
    listed.variants.map(({ playlist, isTrick, audio, subtitles, videoRange, bandwidth, line }) =>
      [playlist, isTrick, audio, subtitles, videoRange, bandwidth, line].join('|'),
    ),
    [
      'v.m3u8|false|aac|subs|SDR|900|11',
      'v.m3u8|false|ac3|subs||950|13',
      'a/aac.m3u8|false|aac|||100|15',
      'i.m3u8|true||||50|17',
    ],
  );
  assert.equal(
    listed.playlists?.map(({ path }) => path),
    ['main.m3u8', 'v.m3u8', 'a/aac.m3u8', 'i.m3u8', 'a/ac3.m3u8', 't.m3u8', 'img.m3u8'],
  );
  const captions = listed.playlists?.[0]?.tags.find(
    ({ attributes }) => attributes.get('TYPE') === 'CLOSED-CAPTIONS',
  );
  assert.is(captions?.attributes.get('INSTREAM-ID'), 'CC1');
});

/** What is wrong, and where: each is told, and all else is read. */
const FAULTS: readonly [string, string, readonly string[]][] = [
  ['no EXTM3U', '#EXT-X-TARGETDURATION:2\n#EXTINF:2,\na.ts\n', ['EXTM3U_MISSING 1']],
  ['a byte order mark', '\uFEFF#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\na.ts', ['BYTE_ORDER_MARK 1']],
  ['NUL', media('#EXTINF:2,\na\0.ts'), ['CONTROL_CHARACTER 4', 'REFERENCE_FOREIGN 4']],
  ['no duration', media('#EXTINF:,\na.ts\nb.ts'), ['EXTINF_SYNTAX 3', 'EXTINF_MISSING 5']],
  ['no URI', media('#EXTINF:2,\n#EXTINF:2,\na.ts\n#EXTINF:2,'), ['URI_MISSING 3', 'URI_MISSING 6']],
  [
    'ranges',
    media('#EXTINF:2,\n#EXT-X-BYTERANGE:5\na.ts\n#EXTINF:2,\n#EXT-X-BYTERANGE:x@y\na.ts'),
    ['BYTERANGE_OFFSET_MISSING 4', 'BYTERANGE_SYNTAX 7'],
  ],
  ['a negative offset', media('#EXTINF:2,\n#EXT-X-BYTERANGE:5@-3\na.ts'), ['BYTERANGE_SYNTAX 4']],
  [
    'ways out',
    media('#EXTINF:2,\n../../a.ts\n#EXTINF:2,\nhttps://x.example/a.ts?secret=1'),
    ['REFERENCE_FOREIGN 4', 'REFERENCE_FOREIGN 6'],
  ],
  [
    'keys',
    media(
      '#EXT-X-KEY:URI="x"\n#EXT-X-KEY:METHOD=AES-128\n#EXT-X-KEY:METHOD=NONE,IV=0x1\n#EXT-X-KEY:METHOD=ROT-13,URI="x",IV=12\n#EXTINF:2,\na.ts',
    ),
    [
      'METHOD_MISSING 3',
      'URI_MISSING 4',
      'KEY_NONE_WITH_ATTRIBUTES 5',
      'ATTRIBUTE_TYPE 6',
      'METHOD_UNKNOWN 6',
      'IV_SYNTAX 6',
    ],
  ],
  [
    'attributes',
    media('#EXT-X-MAP:URI=a.mp4,, uri="x" ,BYTERANGE="3@4\n#EXTINF:2,\na.ts'),
    ['ATTRIBUTE_TYPE 3', 'ATTRIBUTE_SYNTAX 3', 'ATTRIBUTE_SYNTAX 3', 'ATTRIBUTE_SYNTAX 3'],
  ],
  ['no target duration', '#EXTM3U\n#EXTINF:2,\na.ts\n', ['TARGETDURATION_MISSING undefined']],
  ['an undefined variable', media('#EXTINF:2,\n{$x}.ts'), ['VARIABLE_UNDEFINED 4']],
  [
    'variants',
    '#EXTM3U\n#EXT-X-STREAM-INF:CODECS="avc1"\nnone.m3u8\nextra.m3u8\n#EXT-X-MEDIA:TYPE=AUDIO,NAME="x"\n#EXT-X-STREAM-INF:BANDWIDTH=5\n',
    [
      'ATTRIBUTE_MISSING 2',
      'STREAM_INF_MISSING 4',
      'ATTRIBUTE_MISSING 5',
      'URI_MISSING 6',
      'PLAYLIST_NOT_READ 2',
    ],
  ],
  [
    'a playlist that names itself',
    '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=5\nmain.m3u8\n',
    ['PLAYLIST_KIND 2'],
  ],
];
for (const [what, text, faults] of FAULTS) {
  test(`faults: ${what}`, async () => {
    const listed = await read(text);
    assert.equal(faultsOf(listed), faults);
    for (const { text: sentence, line } of listed.faults ?? []) {
      assert.match(sentence, /\.$/);
      assert.not.match(sentence, /secret/);
      if (line !== undefined) assert.match(sentence, /main\.m3u8/);
    }
    assert.ok(listed.renditions.length > 0);
  });
}

test('variables that double each other do not fill the memory', async () => {
  const lines = Array.from(
    { length: 40 },
    (_, index) => `#EXT-X-DEFINE:NAME="v${index + 1}",VALUE="{$v${index}}{$v${index}}"`,
  );
  const listed = await read(
    media(['#EXT-X-DEFINE:NAME="v0",VALUE="ab"', ...lines, '#EXTINF:2,', '{$v40}.ts'].join('\n')),
  );
  assert.ok(faultsOf(listed).some((fault) => fault.startsWith('VARIABLE_TOO_LONG')));
});

test('40,000 segments and as many faults take as long as they should', async () => {
  const lines = Array.from(
    { length: 40_000 },
    (_, index) => `#EXTINF:2,\n#EXT-X-BYTERANGE:10@${index * 10}\n../../x${index}.ts`,
  );
  const listed = await read(media(lines.join('\n')));
  assert.is(listed.renditions[0]!.segments.length, 40_000);
  assert.is(listed.renditions[0]!.segments.at(-1)!.start, 79_998);
  assert.is(listed.faults?.length, 51);
  assert.match(listed.faults?.at(-1)?.text ?? '', /39950 further places/);
});

test('a playlist that cannot be read at all is refused', async () => {
  assert.is((await failureOf(readHls(memoryPackage({ 'a.m3u8': '' }), 'b.m3u8'))).code, 'INPUT_NOT_FOUND');
});

test.run();
