import { Parser } from 'm3u8-parser';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromHex } from '../../core/base/bytes.ts';
import type { RenditionResult } from '../../core/contract/rendition.ts';
import type { HlsKey } from '../../core/drm/drm-system.ts';
import { attributeTag } from '../../core/manifest/hls-attributes.ts';
import { iframePlaylist, mediaPlaylist, targetDuration } from '../../core/manifest/hls-media.ts';
import {
  type MultivariantPlaylistInput,
  multivariantPlaylist,
} from '../../core/manifest/hls-multivariant.ts';
import {
  audioTrack,
  inManyFiles,
  inOneFile,
  manySegments,
  type RenditionShape,
  videoTrack,
} from '../helpers/titles/renditions.ts';

const test = suite('hls-playlists');

const PSI = 376;
const FAIRPLAY: HlsKey = {
  method: 'SAMPLE-AES',
  uri: 'skd://abc',
  keyFormat: 'com.apple.streamingkeydelivery',
  keyFormatVersions: '1',
};
const AES: HlsKey = { method: 'AES-128', uri: 'key.ncg', iv: fromHex('000102030405060708090a0b0c0d0e0f') };

/** A muxed rendition in 90 kHz ticks, three segments and an I-frame index of two a segment. */
function muxed(
  id: string,
  width: number,
  height: number,
  more: Partial<RenditionShape> = {},
): RenditionResult {
  const folder = id.replace('rendition', 'media');
  const path = `${folder}/media.ts`;
  const tracks = [videoTrack(width, height, { timescale: 90_000 }), audioTrack('eng')];
  const sizes = [564_000, 752_000, 188_000];
  const shape = { id, tracks, sizes, durations: [540_540, 540_540, 90_090], ...more };
  return {
    ...inOneFile(shape, path),
    iframes: {
      paths: [path, path, path],
      offsets: [PSI, 564_000 + PSI, 1_316_000 + PSI],
      sizes: [18_800, 28_200, 9_400],
      starts: [0, 540_540, 1_081_080],
      durations: [540_540, 540_540, 90_090],
    },
  };
}

const rendition = muxed('rendition-1', 1280, 720);
const input = { path: 'media-1/stream.m3u8', rendition, keys: [FAIRPLAY], targetDuration: 6 };

function read(text: string) {
  const parser = new Parser();
  const warnings: string[] = [];
  parser.on('warn', ({ message }) => warnings.push(message));
  parser.push(text);
  parser.end();
  return { ...parser.manifest, warnings };
}
const linesWith = (text: string, tag: string) =>
  text.split('\n').filter((line) => line.startsWith(`#${tag}:`));

test('a media playlist is this text', () => {
  assert.is(
    mediaPlaylist(input),
    `#EXTM3U
#EXT-X-VERSION:5
#EXT-X-TARGETDURATION:6
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://abc",KEYFORMAT="com.apple.streamingkeydelivery",KEYFORMATVERSIONS="1"
#EXTINF:6.006000,
#EXT-X-BYTERANGE:564000@0
media.ts
#EXTINF:6.006000,
#EXT-X-BYTERANGE:752000@564000
media.ts
#EXTINF:1.001000,
#EXT-X-BYTERANGE:188000@1316000
media.ts
#EXT-X-ENDLIST
`,
  );
});

test('m3u8-parser reads the media playlist', () => {
  const manifest = read(mediaPlaylist({ ...input, keys: [AES] }));
  assert.equal(
    [manifest.version, manifest.targetDuration, manifest.playlistType, manifest.mediaSequence],
    [4, 6, 'VOD', 0],
  );
  assert.ok(manifest.endList);
  assert.equal(
    manifest.segments.map(({ uri, duration, byterange }) => [uri, duration, byterange]),
    [
      ['media.ts', 6.006, { length: 564_000, offset: 0 }],
      ['media.ts', 6.006, { length: 752_000, offset: 564_000 }],
      ['media.ts', 1.001, { length: 188_000, offset: 1_316_000 }],
    ],
  );
  const { key } = manifest.segments[2]!;
  assert.equal([key!.method, key!.uri], ['AES-128', 'key.ncg']);
  assert.equal([...key!.iv!], [0x00010203, 0x04050607, 0x08090a0b, 0x0c0d0e0f]);
});

test('m3u8-parser knows the FairPlay key', () => {
  const { contentProtection } = read(mediaPlaylist(input));
  assert.is(contentProtection!['com.apple.fps.1_0']!.attributes['URI'], 'skd://abc');
});

test('an I-frame playlist has each frame with the time to the next, and the keys', () => {
  const text = iframePlaylist({ ...input, path: 'media-1/iframe.m3u8' });
  const manifest = read(text);
  assert.ok(manifest.iFramesOnly);
  assert.is(manifest.version, 5);
  assert.equal(linesWith(text, 'EXT-X-KEY'), linesWith(mediaPlaylist(input), 'EXT-X-KEY'));
  assert.equal(
    manifest.segments.map(({ uri, duration, byterange }) => [uri, duration, byterange]),
    [
      ['media.ts', 6.006, { length: 18_800, offset: 376 }],
      ['media.ts', 6.006, { length: 28_200, offset: 564_376 }],
      ['media.ts', 1.001, { length: 9_400, offset: 1_316_376 }],
    ],
  );
  const { iframes: _, ...without } = rendition;
  assert.throws(() => iframePlaylist({ ...input, rendition: without }), /no index of its I-frames/);
});

/** A rendition of a hundred segments in the given periods, with an I-frame in the `iframes`-th ones alone. */
function inPeriods(periods: readonly number[], iframes: readonly number[] = []): RenditionResult {
  const sizes = periods.map(() => 188);
  const shape = { id: 'media-1', tracks: rendition.tracks, sizes, durations: periods.map(() => 90_000) };
  const made = inOneFile(shape, 'media-1/media.ts');
  const { paths, offsets, starts } = made.segments;
  const only = <T>(column: readonly T[]) => iframes.map((n) => column[n]!);
  return {
    ...made,
    segments: { ...made.segments, periods },
    iframes: {
      paths: only(paths),
      offsets: only(offsets),
      sizes: only(sizes),
      starts: only(starts),
      durations: iframes.map(() => 90_000),
      periods: only(periods),
    },
  };
}

/** The tags of a playlist but for durations and ranges; a URI is the number of its segment. */
const outline = (text: string): string[] => {
  let n = 0;
  return text
    .split('\n')
    .filter((line) => /^#EXT-X-(?:KEY|MAP)|^[^#]/.test(line))
    .map((line) => (line.startsWith('#') ? line.replace(/,KEYFORMATVERSIONS.*/, '') : String(n++)));
};

const OTHER: HlsKey = { ...FAIRPLAY, keyFormat: 'com.example' };
const keysOfPeriod = (period: number): HlsKey[] =>
  [FAIRPLAY, OTHER].map((key) => ({ ...key, uri: `skd://${period}` }));
const line = (period: number, format = FAIRPLAY.keyFormat) =>
  `#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://${period}",KEYFORMAT="${format}"`;
const both = (period: number) => [line(period), line(period, 'com.example')];

test('key lines of all formats stand where the key changes, and nowhere else', () => {
  const text = mediaPlaylist({ ...input, rendition: inPeriods([0, 0, 1, 1, 4]), keys: keysOfPeriod });
  assert.equal(outline(text), [...both(0), '0', '1', ...both(1), '2', '3', ...both(4), '4']);
  const same = mediaPlaylist({ ...input, rendition: inPeriods([0, 1, 2]), keys: () => [FAIRPLAY] });
  assert.is(linesWith(same, 'EXT-X-KEY').length, 1, 'periods that share a key');
});

test('a clear lead has no key line before the first encrypted segment, and the keys of that come behind EXT-X-MAP', () => {
  const lead = inPeriods([-1, -1, 1, 1, 2]);
  const asked: number[] = [];
  const keys = (period: number) => {
    asked.push(period);
    return keysOfPeriod(period);
  };
  const text = mediaPlaylist({ ...input, rendition: lead, keys });
  assert.equal(outline(text), ['0', '1', ...both(1), '2', '3', ...both(2), '4']);
  assert.equal(asked, [1, 2], 'each once');
  const init = { path: 'media-1/init.mp4', offset: 0, size: 700 };
  const mp4 = mediaPlaylist({ ...input, rendition: { ...lead, init }, keys });
  assert.match(mp4, /SEQUENCE:0\n#EXT-X-MAP.*\n#EXTINF.*\n#EXT-X-BYTERANGE/);
  assert.match(mp4, /^#EXT-X-VERSION:6$/m);
  assert.not.match(text, /NONE/);
  const again = mediaPlaylist({ ...input, rendition: inPeriods([0, -1, 0]), keys });
  assert.equal(outline(again), [...both(0), '0', '#EXT-X-KEY:METHOD=NONE', '1', ...both(0), '2']);
});

test('an I-frame playlist has the key of a period before its first I-frame, also where periods have none', () => {
  const made = inPeriods([-1, 0, 0, 1, 1, 2, 3, 3], [0, 1, 2, 4, 7]);
  const text = iframePlaylist({ ...input, rendition: made, keys: keysOfPeriod });
  assert.equal(outline(text), ['0', ...both(0), '1', '2', ...both(1), '3', ...both(3), '4']);
});

test('the version is the lowest that has the features used', () => {
  const version = (keys: HlsKey[], of: RenditionResult = rendition) =>
    read(mediaPlaylist({ ...input, keys, rendition: of })).version;
  const shape = { id: 'r', tracks: rendition.tracks, sizes: [100], durations: [90_000] };
  const { init, ...files } = inManyFiles(shape, 'media-1/init.mp4', (n) => `media-1/${n}.ts`);
  assert.is(version([], files), 3);
  assert.is(version([AES], files), 3);
  assert.is(version([]), 4);
  assert.is(version([AES]), 4);
  assert.is(version([{ ...AES, keyFormat: 'com.example' }]), 5);
  assert.is(version([FAIRPLAY]), 5);
  assert.is(version([], { ...files, init }), 6);
});

test('whole files need no range; an initialisation section is an EXT-X-MAP', () => {
  const shape = { id: 'r', tracks: [videoTrack(1280, 720)], sizes: [500, 400], durations: [60_000, 60_000] };
  const fragmented = inManyFiles(shape, 'media-1/init.mp4', (n) => `media-1/a b-${n}.m4s`);
  const text = mediaPlaylist({ ...input, rendition: fragmented, keys: [] });
  assert.not.match(text, /BYTERANGE/);
  assert.is(linesWith(text, 'EXT-X-MAP')[0], '#EXT-X-MAP:URI="init.mp4"');
  assert.equal(
    read(text).segments.map(({ uri }) => uri),
    ['a%20b-1.m4s', 'a%20b-2.m4s'],
  );
  const single = {
    ...inOneFile(shape, 'media-1/v.mp4', 900),
    init: { path: 'media-1/v.mp4', offset: 0, size: 800 },
  };
  const [map] = linesWith(mediaPlaylist({ ...input, rendition: single, keys: [] }), 'EXT-X-MAP');
  assert.is(map, '#EXT-X-MAP:URI="v.mp4",BYTERANGE="800@0"');
});

test('printed durations add up to the rounded total, however odd the ticks', () => {
  const count = 5000;
  const durations = Array.from({ length: count }, (_, index) => 1024 * (281 + (index % 2)));
  const audio = inOneFile(
    { id: 'a', tracks: [audioTrack('und', { timescale: 44_100 })], sizes: durations, durations },
    'a/media.ts',
  );
  const printed = linesWith(mediaPlaylist({ ...input, rendition: audio }), 'EXTINF').map((line) =>
    Number(line.slice('#EXTINF:'.length, -1).replace('.', '')),
  );
  const microseconds = printed.reduce((sum, value) => sum + value, 0);
  const ticks = durations.reduce((sum, value) => sum + value, 0);
  assert.is(printed.length, count);
  assert.is(microseconds, Math.round((ticks * 1e6) / 44_100));
});

test('durations stay exact on a fine time scale over a day', () => {
  const timescale = 10_000_000;
  const durations = Array.from({ length: 14_400 }, () => 6 * timescale);
  const sizes = durations.map(() => 1);
  const shape = { id: 'v', tracks: [videoTrack(16, 16, { timescale })], sizes, durations };
  const extinf = linesWith(mediaPlaylist({ ...input, rendition: inOneFile(shape, 'v/media.ts') }), 'EXTINF');
  assert.equal([...new Set(extinf)], ['#EXTINF:6.000000,']);
});

test('segments without media are not listed', () => {
  const late = { ...rendition, segments: { ...rendition.segments, durations: [0, 540_540, 90_090] } };
  assert.is(read(mediaPlaylist({ ...input, rendition: late })).segments.length, 2);
});

test('the target duration is the longest printed duration of all playlists, rounded half up', () => {
  const of = (ticks: number, timescale = 90_000) =>
    targetDuration([
      rendition,
      inOneFile(
        { id: 'x', tracks: [videoTrack(16, 16, { timescale })], sizes: [1], durations: [ticks] },
        'x.ts',
      ),
    ]);
  assert.is(of(90_000), 6, 'the other rendition has 6.006 s');
  assert.is(of(585_000), 7, '6.5 s');
  assert.is(of(584_999), 6, '6.499989 s');
  assert.is(of(64_999_999, 10_000_000), 7, 'printed as 6.500000');
  assert.is(
    targetDuration([{ ...rendition, iframes: { ...rendition.iframes!, durations: [720_000, 1, 1] } }]),
    8,
  );
  const tiny = { id: 'x', tracks: [videoTrack(16, 16)], sizes: [1], durations: [10] };
  assert.is(targetDuration([inOneFile(tiny, 'x.ts')]), 1, 'never 0');
});

const small = muxed('rendition-2', 640, 360, { sizes: [188_000, 188_000, 47_000] });
const master: MultivariantPlaylistInput = {
  variants: [
    { rendition, path: 'media-1/stream.m3u8', iframePath: 'media-1/iframe.m3u8' },
    { rendition: small, path: 'media-2/stream.m3u8', iframePath: 'media-2/iframe.m3u8' },
  ],
  sessionKeys: [FAIRPLAY],
  targetDuration: 6,
};

test('a multivariant playlist is this text', () => {
  assert.is(
    multivariantPlaylist(master),
    `#EXTM3U
#EXT-X-VERSION:5
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="skd://abc",KEYFORMAT="com.apple.streamingkeydelivery",KEYFORMATVERSIONS="1"
#EXT-X-STREAM-INF:BANDWIDTH=1073213,AVERAGE-BANDWIDTH=924614,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=29.970
media-1/stream.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=268304,AVERAGE-BANDWIDTH=260048,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=29.970
media-2/stream.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=42929,AVERAGE-BANDWIDTH=34674,CODECS="avc1.64001f",RESOLUTION=1280x720,URI="media-1/iframe.m3u8"
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=42929,AVERAGE-BANDWIDTH=34674,CODECS="avc1.64001f",RESOLUTION=640x360,URI="media-2/iframe.m3u8"
`,
  );
});

test('segments are independent when those of all renditions are: SAP type 1 or 2', () => {
  const starting = (startsWithSap: number) => ({
    rendition: { ...small, tracks: [videoTrack(640, 360, { startsWithSap })] },
    path: 'media-2/stream.m3u8',
  });
  const isIndependent = (startsWithSap: number) =>
    read(multivariantPlaylist({ ...master, variants: [master.variants[0]!, starting(startsWithSap)] }))
      .independentSegments ?? false;
  assert.equal([1, 2, 3].map(isIndependent), [true, true, false]);
});

test('m3u8-parser reads the variants and I-frame streams', () => {
  const manifest = read(multivariantPlaylist(master));
  assert.ok(manifest.independentSegments);
  assert.equal(
    manifest.playlists.map(({ uri, attributes }) => [uri, attributes['BANDWIDTH'], attributes['RESOLUTION']]),
    [
      ['media-1/stream.m3u8', Math.ceil((940_000 * 8) / 7.007), { width: 1280, height: 720 }],
      ['media-2/stream.m3u8', Math.ceil((235_000 * 8) / 7.007), { width: 640, height: 360 }],
    ],
  );
  assert.equal(
    manifest.iFramePlaylists.map(({ uri }) => uri),
    ['media-1/iframe.m3u8', 'media-2/iframe.m3u8'],
  );
  assert.equal(manifest.mediaGroups.AUDIO, {});
});

test('session keys equal the media keys attribute for attribute, each once', () => {
  const widevine: HlsKey = {
    method: 'SAMPLE-AES-CTR',
    uri: 'data:text/plain;base64,AA==',
    keyFormat: 'urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed',
    keyFormatVersions: '1',
    keyId: fromHex('00112233445566778899aabbccddeeff'),
    iv: fromHex('ff'.repeat(16)),
  };
  const keys = [FAIRPLAY, widevine];
  const attributes = (text: string, tag: string) =>
    linesWith(text, tag).map((line) => line.slice(tag.length + 2));
  const session = multivariantPlaylist({ ...master, sessionKeys: [...keys, ...keys] });
  const media = attributes(mediaPlaylist({ ...input, keys }), 'EXT-X-KEY');
  assert.equal(attributes(session, 'EXT-X-SESSION-KEY'), media);
  assert.is(
    media[1],
    'METHOD=SAMPLE-AES-CTR,URI="data:text/plain;base64,AA==",IV=0xffffffffffffffffffffffffffffffff,' +
      'KEYID=0x00112233445566778899aabbccddeeff,' +
      'KEYFORMAT="urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed",KEYFORMATVERSIONS="1"',
  );
});

test('a key with a relative URI is no session key: it would be another place from the master', () => {
  const text = multivariantPlaylist({ ...master, sessionKeys: [AES, FAIRPLAY] });
  assert.is(linesWith(text, 'EXT-X-SESSION-KEY').length, 1);
  assert.not.match(text, /key\.ncg/);
});

const audioOnly = (language: string, codecs = 'mp4a.40.2') =>
  inOneFile(
    {
      id: `audio-${language}`,
      tracks: [audioTrack(language, { codecs, timescale: 90_000 })],
      sizes: [96_000, 96_000, 16_000],
      durations: [540_540, 540_540, 90_090],
    },
    `audio-${language}/media.ts`,
  );

test('further languages form a group with the muxed one, which has no URI and is the default', () => {
  const text = multivariantPlaylist({
    ...master,
    audio: [
      { rendition: audioOnly('kor', 'mp4a.40.5'), path: 'audio-kor/stream.m3u8' },
      { rendition: audioOnly('und'), path: 'audio-und/stream.m3u8' },
      { rendition: audioOnly('eng'), path: 'audio-eng/stream.m3u8' },
    ],
  });
  assert.equal(linesWith(text, 'EXT-X-MEDIA'), [
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2"',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Korean",LANGUAGE="ko",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="2",URI="audio-kor/stream.m3u8"',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Audio",LANGUAGE="und",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="2",URI="audio-und/stream.m3u8"',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="English (2)",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,CHANNELS="2",URI="audio-eng/stream.m3u8"',
  ]);
  const { playlists, mediaGroups } = read(text);
  assert.equal(Object.keys(mediaGroups.AUDIO['audio']!), ['English', 'Korean', 'Audio', 'English (2)']);
  for (const { attributes } of playlists) {
    assert.is(attributes['AUDIO'], 'audio');
    assert.is(attributes['CODECS'], 'avc1.64001f,mp4a.40.2,mp4a.40.5');
  }
  // the variant and the dearest of the group beside it
  const alone = read(multivariantPlaylist(master)).playlists[0]!.attributes;
  const extra = Math.ceil((96_000 * 8) / 6.006);
  assert.is(playlists[0]!.attributes['BANDWIDTH'], Number(alone['BANDWIDTH']) + extra);
});

test('an audio-only title has variants without a picture', () => {
  const text = multivariantPlaylist({
    variants: [{ rendition: audioOnly('eng'), path: 'audio-eng/stream.m3u8' }],
    sessionKeys: [],
    targetDuration: 6,
  });
  assert.match(text, /^#EXT-X-STREAM-INF:BANDWIDTH=\d+,AVERAGE-BANDWIDTH=\d+,CODECS="mp4a\.40\.2"$/m);
  assert.is(read(text).version, 1);
});

test('RESOLUTION is the displayed size of non-square pixels', () => {
  const video = { width: 1440, height: 1080, sar: { num: 4, den: 3 }, frameRate: { num: 25, den: 1 } };
  const anamorphic = muxed('rendition-1', 0, 0, { tracks: [videoTrack(1440, 1080, { video })] });
  const text = multivariantPlaylist({ ...master, variants: [{ rendition: anamorphic, path: 'm.m3u8' }] });
  assert.match(text, /RESOLUTION=1920x1080,FRAME-RATE=25\.000$/m);
});

test('dynamic range and Dolby Vision are told of variants and of I-frame streams', () => {
  const picture = videoTrack(1280, 720, { videoRange: 'PQ', supplementalCodecs: 'dvh1.08.06/db1p' });
  const text = multivariantPlaylist({
    ...master,
    variants: [
      { ...master.variants[0]!, rendition: muxed('rendition-1', 0, 0, { tracks: [picture] }) },
      master.variants[1]!,
    ],
  });
  const [first, second] = linesWith(text, 'EXT-X-STREAM-INF');
  assert.match(first!, /,SUPPLEMENTAL-CODECS="dvh1\.08\.06\/db1p",RESOLUTION=.*,VIDEO-RANGE=PQ$/);
  assert.not.match(second!, /SUPPLEMENTAL|RANGE/);
  const [iframes] = linesWith(text, 'EXT-X-I-FRAME-STREAM-INF');
  assert.match(iframes!, /,SUPPLEMENTAL-CODECS="dvh1\.08\.06\/db1p",RESOLUTION=.*,VIDEO-RANGE=PQ,URI=/);
});

test('quotes, line breaks and control characters cannot enter a playlist', () => {
  const breaks = ['"', '\n', '\r', '\0', '\u0085', '\u2028', '\u2029', '\uFEFF', '\uD800', '\uFFFE', '\x7F'];
  for (const uri of breaks.map((text) => `a${text}b`)) {
    assert.throws(() => mediaPlaylist({ ...input, keys: [{ ...AES, uri }] }), /quote, a line break/);
  }
  assert.throws(
    () => multivariantPlaylist({ ...master, sessionKeys: [{ ...FAIRPLAY, keyFormat: 'x"' }] }),
    /quote, a line break/,
  );
});

test('a value that is no number, no word and not quoted makes no attribute', () => {
  assert.is(
    attributeTag('EXT-X-A', { B: 1, C: 'DE-F', G: '"h,i"', J: undefined }),
    '#EXT-X-A:B=1,C=DE-F,G="h,i"',
  );
  for (const value of ['a,B=c', 'a b', '"a"b', '"a', '', 'a"', 'a\nb', '"a"\n'])
    assert.throws(() => attributeTag('EXT-X-A', { B: value }), /cannot be one/, JSON.stringify(value));
  const given = { media: 'METHOD=AES-128,URI="a"\n#EXT-X-KEY:METHOD=NONE', session: '' };
  assert.throws(() => mediaPlaylist({ ...input, keys: [{ ...AES, given }] }), /line break/);
});

test('200,000 segments are as many lines', () => {
  const count = 200_000;
  const rendition = { ...muxed('rendition-1', 640, 360), timescale: 30_000, segments: manySegments(count) };
  const text = mediaPlaylist({ path: 'video-1/stream.m3u8', rendition, keys: [], targetDuration: 1 });
  assert.is(text.match(/^#EXTINF/gm)?.length, count);
  assert.ok(text.endsWith('seg-200000.m4s\n#EXT-X-ENDLIST\n'));
  const variants = [
    { rendition: { ...rendition, iframes: manySegments(count) }, path: 'a.m3u8', iframePath: 'i.m3u8' },
  ];
  assert.match(
    multivariantPlaylist({ variants, sessionKeys: [], targetDuration: 1 }),
    /EXT-X-I-FRAME-STREAM-INF/,
  );
});

test.run();
