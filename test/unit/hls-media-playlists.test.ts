import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { RenditionResult } from '../../core/contract/rendition.ts';
import type { HlsKey } from '../../core/drm/drm-system.ts';
import { iframePlaylist, isDated, mediaPlaylist, targetDuration } from '../../core/manifest/hls-media.ts';
import { AES, FAIRPLAY, input, linesWith, read, rendition } from '../helpers/titles/muxed-renditions.ts';
import { audioTrack, inManyFiles, inOneFile, videoTrack } from '../helpers/titles/renditions.ts';

const test = suite('HLS media playlists');

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

test('playlists give their start a date where renditions begin apart, or markers are on that clock', () => {
  const from = (start: number) =>
    inOneFile({ id: 'a', tracks: [audioTrack()], sizes: [9, 9], durations: [9, 9], start }, 'a/media.ts');
  const dated = (...starts: number[]) => isDated(starts.map(from));
  assert.equal([dated(0, 0), dated(0, -1024), dated(0, 2400), dated(0, 2401)], [false, false, false, true]);
  const marked = (kind: 'ad-out' | 'chapter') => isDated([rendition], [{ id: 'a', kind, start: 1 }]);
  assert.equal([marked('ad-out'), marked('chapter')], [true, false]);
  const late = { ...input, rendition: from(2 * 48_000), isDated: true };
  assert.equal(linesWith(mediaPlaylist(late), 'EXT-X-PROGRAM-DATE-TIME'), [
    '#EXT-X-PROGRAM-DATE-TIME:2000-01-01T00:00:02.000Z',
  ]);
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

test.run();
