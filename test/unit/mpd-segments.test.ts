import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DashManifestInput } from '../../core/manifest/mpd.ts';
import { child, list, manifest, read, SIZES, sets, VIDEO } from '../helpers/titles/mpd-documents.ts';
import { inManyFiles, manySegments, videoTrack } from '../helpers/titles/renditions.ts';

const test = suite('segments in an MPD');

const segmented = (more = {}) =>
  inManyFiles(
    { id: 'video-1', tracks: [videoTrack(1280, 720, more)], ...VIDEO },
    'video/1/init.mp4',
    (number) => `video/1/seg-${number}.m4s`,
  );

test('mpd-parser reads a segmented title: every segment with its time', () => {
  const text = manifest({ renditions: [segmented()], layout: 'segments' });
  assert.match(text, /profiles="urn:mpeg:dash:profile:isoff-live:2011"/);
  const { segments } = read(text).playlists[0]!;
  assert.equal(
    segments.map(({ uri, presentationTime, duration, map }) => [uri, presentationTime, duration, map?.uri]),
    [
      ['video/1/seg-1.m4s', 0, 6.006, 'video/1/init.mp4'],
      ['video/1/seg-2.m4s', 6.006, 6.006, 'video/1/init.mp4'],
      ['video/1/seg-3.m4s', 12.012, 1.001, 'video/1/init.mp4'],
    ],
  );
});

const timelineOf = (rendition: DashManifestInput['renditions'][number]) => {
  const [set] = sets(manifest({ renditions: [rendition], layout: 'segments' }));
  return child(list(set!, 'Representation')[0]!, 'SegmentTemplate');
};

test('the timeline joins equal segments and lies on the media timeline', () => {
  assert.equal(timelineOf(segmented({ mediaTimeAtZero: 2002 })), {
    '@timescale': '30000',
    '@presentationTimeOffset': '2002',
    '@initialization': 'video/1/init.mp4',
    '@media': 'video/1/seg-$Number$.m4s',
    '@startNumber': '1',
    SegmentTimeline: {
      S: [{ '@t': '2002', '@d': '180180', '@r': '1' }, { '@d': '30030' }],
    },
  });
});

test('a gap in the timeline is stated', () => {
  const base = segmented();
  const gap = { ...base, segments: { ...base.segments, starts: [0, 200_000, 380_180] } };
  assert.equal(child(timelineOf(gap), 'SegmentTimeline')['S'], [
    { '@t': '0', '@d': '180180' },
    { '@t': '200000', '@d': '180180' },
    { '@d': '30030' },
  ]);
});

test('segments without media at the start move startNumber', () => {
  const base = segmented();
  const late = { ...base, segments: { ...base.segments, durations: [0, 180_180, 30_030] } };
  assert.is(timelineOf(late)['@startNumber'], '2');
});

test('names with several numbers, padding and unusual characters become templates', () => {
  const media = (name: (number: number) => string, count = 3) => {
    const shape = { id: 'v', tracks: [videoTrack(1280, 720)], sizes: SIZES, durations: VIDEO.durations };
    const short = { ...shape, sizes: SIZES.slice(0, count), durations: VIDEO.durations.slice(0, count) };
    return timelineOf(inManyFiles(short, 'init.mp4', name))['@media'];
  };
  assert.is(
    media((n) => `v2/seg-${String(n).padStart(5, '0')}.m4s`),
    'v2/seg-$Number%05d$.m4s',
  );
  assert.is(
    media((n) => `v${n}-720p.mp4`),
    'v$Number$-720p.mp4',
  );
  assert.is(
    media((n) => `v2/seg-${n}.m4s`, 1),
    'v2/seg-$Number$.m4s',
  );
  assert.is(
    media((n) => `a b$#/${n}.m4s`),
    'a%20b%24%23/$Number$.m4s',
  );
  assert.throws(() => media((n) => `seg-${n * n}.m4s`), /counts up|cannot be told by a number/);
});

test('200,000 segments, no two neighbours alike, are as many elements', () => {
  const count = 200_000;
  const rendition = {
    ...inManyFiles(
      { id: 'video-1', tracks: [videoTrack(640, 360)], sizes: [], durations: [] },
      'video/1/init.mp4',
      String,
    ),
    segments: manySegments(count),
  };
  const text = manifest({ renditions: [rendition], duration: count, layout: 'segments' });
  assert.is(text.match(/<S /g)?.length, count);
  assert.match(text, /media="video\/1\/seg-\$Number\$\.m4s"/);
});

test.run();
