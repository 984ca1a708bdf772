import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { toSeconds } from '../../core/base/exact-time.ts';
import { tsOffsetOf } from '../../core/containers/mpegts/write/offset.ts';
import type { TimedTrack } from '../../core/media/timed-track.ts';
import type { AudioTrack, CodedTrack, VideoTrack } from '../../core/media/track.ts';
import { placeTrack, presentationOrigin } from '../../core/title/timeline.ts';
import { makeMedia } from '../helpers/media/made-samples.ts';

const test = suite('timeline');

const FRAME = 512; // of 12800 ticks: 1/25 s

/** When sample `i` is presented by the formula of `TrackTiming`, in ticks. */
function presented(track: CodedTrack, i: number, origin = presentationOrigin([track])): number {
  const { shift, compositionShift, mediaTimeAtZero } = placeTrack(track, origin);
  const { dts, compositionOffsets } = track.samples.read(i, i + 1);
  return dts[0]! + shift + compositionOffsets[0]! - compositionShift - mediaTimeAtZero;
}

/** I P B B: the P picture is decoded before the B pictures that are shown before it. */
const reordered = (i: number): number => [2, 4, 1, 1][i % 4]! * FRAME;

test('presents video with an edit list from 0 and composes the first sample where it is decoded', () => {
  const track = makeMedia({ count: 100, offset: reordered }, { presentationOffset: 2 * FRAME });
  assert.equal(placeTrack(track, presentationOrigin([track])), {
    shift: 0,
    compositionShift: 2 * FRAME,
    mediaTimeAtZero: 0,
    decodeDelay: FRAME,
  });
  assert.equal(
    [0, 1, 2, 3].map((i) => presented(track, i) / FRAME),
    [0, 3, 1, 2],
  );
});

test('does not let AAC priming move the picture', () => {
  const video = makeMedia({ count: 100, offset: reordered }, { presentationOffset: 2 * FRAME });
  const audio = makeMedia({ count: 100 }, { kind: 'audio', presentationOffset: 1024 });
  const origin = presentationOrigin([video, audio]);
  assert.is(toSeconds(origin), 0);
  assert.is(presented(video, 0, origin), 0);
  assert.is(placeTrack(audio, origin).mediaTimeAtZero, 1024);
  assert.is(presented(audio, 1, origin), 0);
});

test('keeps the distance of a file without edit lists whose picture is composed two frames late', () => {
  const video = makeMedia({ count: 100, offset: 2 * FRAME });
  const audio = makeMedia({ count: 100 }, { kind: 'audio' });
  assert.is(presented(video, 0, presentationOrigin([video, audio])), 2 * FRAME);
  assert.is(presented(video, 0), 0, 'alone it starts at 0');
});

test('moves all tracks by the start of the earliest', () => {
  const video = makeMedia({ count: 100 }, { presentationOffset: -12_800 * 3 });
  const audio = makeMedia({ count: 100 }, { kind: 'audio', presentationOffset: -48_000 * 2 });
  const origin = presentationOrigin([video, audio]);
  assert.is(toSeconds(origin), 2);
  assert.is(presented(video, 0, origin), 12_800);
  assert.is(placeTrack(video, origin).shift, 12_800);
  assert.is(presented(audio, 0, origin), 0);
});

test('rounds the origin once for a track, to less than a tick', () => {
  const video = makeMedia({ count: 100 }, { timescale: 90_001, presentationOffset: -90_002 });
  const audio = makeMedia({ count: 100 }, { kind: 'audio', presentationOffset: -48_000 * 2 });
  const origin = presentationOrigin([video, audio]);
  const exact = 96_000 - 48_000 * toSeconds(origin);
  assert.ok(Math.abs(presented(audio, 0, origin) - exact) <= 0.5);
  assert.is(presented(audio, 50, origin) - presented(audio, 0, origin), 50 * 1024);
});

test('moves the start before pictures that an edit list hides: a player would drop their whole group', () => {
  const video = makeMedia({ count: 100, offset: FRAME }, { presentationOffset: 11 * FRAME });
  const audio = makeMedia({ count: 100 }, { kind: 'audio', presentationOffset: 1024 });
  const origin = presentationOrigin([video, audio]);
  assert.is(toSeconds(origin), -0.4);
  assert.equal([placeTrack(video, origin).shift, placeTrack(video, origin).mediaTimeAtZero], [0, 0]);
  assert.is(presented(video, 10, origin), 10 * FRAME);
  assert.is(presented(audio, 1, origin), 0.4 * 48_000);
});

test('starts with the pictures that lead the first key frame', () => {
  const leading = (i: number): number => (i === 0 ? 4 : i < 4 ? 0 : 1) * FRAME; // composed 4 1 2 3 5 6 7
  const video = makeMedia({ count: 100, sync: 50, offset: leading });
  const origin = presentationOrigin([video]);
  assert.is(toSeconds(origin), 0.04);
  assert.equal(
    [0, 1, 2, 3, 4].map((i) => presented(video, i, origin) / FRAME),
    [3, 0, 1, 2, 4],
  );
  const everySync = makeMedia({ count: 100, sync: 1, offset: leading });
  assert.is(
    toSeconds(presentationOrigin([everySync])),
    0.16,
    'what follows another key frame leads that one',
  );
});

const negative = (i: number): number => [0, 2, -1, -1][i % 4]! * FRAME;

test('finds the reorder delay of negative composition offsets wherever they are', () => {
  const deep = (i: number) => (i === 70_001 ? -5 * FRAME : negative(i));
  const place = (offset: (i: number) => number) => {
    const track = makeMedia({ count: 80_000, offset });
    return placeTrack(track, presentationOrigin([track]));
  };
  assert.is(place(negative).decodeDelay, FRAME);
  assert.is(place(deep).decodeDelay, 5 * FRAME);
});

const presentationOf = (video: VideoTrack[], audio: AudioTrack[]) => {
  const origin = presentationOrigin([...video, ...audio]);
  const timed = <T extends CodedTrack>(track: T): TimedTrack<T> => ({
    track,
    timing: { ...placeTrack(track, origin), segmentStarts: Uint32Array.of(0) },
  });
  const grid = { count: 1, boundaries: Float64Array.of(0, 4), periods: new Int32Array(1), duration: 4 };
  const tracks = { video: video.map(timed<VideoTrack>), audio: audio.map(timed<AudioTrack>) };
  return { inputs: [], ...tracks, text: [], images: [], grid };
};

test('leaves MPEG-TS 100 ms of buffer before the earliest DTS', () => {
  const video = makeMedia({ count: 100, offset: negative });
  const audio = makeMedia({ count: 100 }, { kind: 'audio', presentationOffset: 2112 });
  assert.is(tsOffsetOf(presentationOf([makeMedia({ count: 100 })], [])), 9000);
  assert.is(tsOffsetOf(presentationOf([video], [])), 9000 + 3600);
  assert.is(tsOffsetOf(presentationOf([video], [audio])), 9000 + 3960); // 2112 / 48000 s
});

test('rounds the MPEG-TS offset up, and never below the buffer for a late track', () => {
  const audio = makeMedia({ count: 100 }, { kind: 'audio', timescale: 44_100, presentationOffset: 1 });
  const late = makeMedia({ count: 100 }, { presentationOffset: -12_800 });
  assert.is(tsOffsetOf(presentationOf([], [audio])), 9003);
  assert.is(tsOffsetOf(presentationOf([late], [makeMedia({ count: 9 }, { kind: 'audio' })])), 9000);
});

test.run();
