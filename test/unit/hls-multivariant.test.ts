import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromHex } from '../../core/base/bytes.ts';
import type { HlsKey } from '../../core/drm/drm-system.ts';
import { attributeTag } from '../../core/manifest/hls-attributes.ts';
import { mediaPlaylist } from '../../core/manifest/hls-media.ts';
import {
  type MultivariantPlaylistInput,
  multivariantPlaylist,
} from '../../core/manifest/hls-multivariant.ts';
import {
  AES,
  FAIRPLAY,
  input,
  linesWith,
  muxed,
  read,
  rendition,
} from '../helpers/titles/muxed-renditions.ts';
import { audioTrack, inOneFile, manySegments, videoTrack } from '../helpers/titles/renditions.ts';

const test = suite('HLS multivariant playlists');

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

test('pictures for trick play alone are no better than the worst, where others have a score', () => {
  const scored = (id: string, score: number | undefined) =>
    muxed(id, 0, 0, { tracks: [videoTrack(640, 360, { ...(score !== undefined && { score }) })] });
  const list = (...scores: readonly (number | undefined)[]) => {
    const text = multivariantPlaylist({
      ...master,
      variants: scores.map((score, index) => ({
        rendition: scored(`v${index}`, score),
        path: `v${index}/stream.m3u8`,
        iframePath: `v${index}/iframe.m3u8`,
      })),
      trickPlay: [{ rendition: scored('k', undefined), path: 'k/stream.m3u8', iframePath: 'k/iframe.m3u8' }],
    });
    const tags = [...linesWith(text, 'EXT-X-STREAM-INF'), ...linesWith(text, 'EXT-X-I-FRAME-STREAM-INF')];
    return tags.map((tag) => /,SCORE=([^,]*)/.exec(tag)?.[1]);
  };
  assert.equal(list(3, 0.5), ['3', '0.5', '3', '0.5', '0.5']);
  assert.equal(list(undefined, undefined), Array(5).fill(undefined));
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
