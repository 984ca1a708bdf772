import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PackagerError } from '../../core/base/errors.ts';
import { fromSeconds, subtract, toSeconds } from '../../core/base/exact-time.ts';
import type { CodedTrack } from '../../core/media/track.ts';
import { audioBoundaries, frameAtOrAfter, videoBoundaries } from '../../core/title/grid.ts';
import { presentationOrigin } from '../../core/title/timeline.ts';
import { makeMedia } from '../helpers/media/made-samples.ts';

const test = suite('grid');

const request = (tracks: readonly CodedTrack[], target: number) => ({
  origin: presentationOrigin(tracks),
  target: fromSeconds(target),
  nameOf: ({ input }: CodedTrack) => `${'abc'[input]}.mp4`,
});

function cut(video: readonly CodedTrack[], target: number, audio: readonly CodedTrack[] = []) {
  const all = request([...video, ...audio], target);
  const boundaries = videoBoundaries(video, audio, all);
  return {
    seconds: boundaries.map(({ time }) => toSeconds(subtract(time, all.origin))),
    samples: video.map((_, i) => boundaries.map(({ videoSamples }) => videoSamples[i])),
  };
}

/** Frames of AAC for so many seconds. */
const sound = (seconds: number, start = 0): CodedTrack =>
  makeMedia(
    { count: Math.round((seconds * 48_000) / 1024) },
    { kind: 'audio', presentationOffset: -start * 48_000 },
  );

function refusal(tracks: readonly CodedTrack[], target: number): PackagerError {
  try {
    videoBoundaries(tracks, [], request(tracks, target));
  } catch (error) {
    assert.ok(PackagerError.is(error), `${error}`);
    return error;
  }
  throw new Error('these renditions were accepted');
}

test('cuts at the first key frame at or after each multiple of the target', () => {
  const track = makeMedia({ count: 500, sync: 50 }); // 20 s, a key frame every 2 s
  assert.equal(cut([track], 6), { seconds: [6, 12, 18], samples: [[150, 300, 450]] });
  assert.equal(cut([track], 5).seconds, [6, 10, 16]);
});

test('counts the targets from 0, so that lengths do not drift', () => {
  const track = makeMedia({ count: 25 * 60, sync: 24 }); // 0.96 s
  const { seconds } = cut([track], 2);
  assert.is(seconds.length, 29);
  for (const [i, second] of seconds.entries()) {
    const target = 2 * (i + 1);
    assert.ok(second >= target && second < target + 0.96, `${second}`);
  }
});

test('makes longer segments, none empty, where key frames are further apart than the target', () => {
  const track = makeMedia({ count: 1000, sync: 250 });
  assert.equal(cut([track], 4), { seconds: [10, 20, 30], samples: [[250, 500, 750]] });
});

test('goes back to the multiples of the target behind a long segment', () => {
  const sync = [0, ...Array.from({ length: 30 }, (_, i) => 250 + 25 * i)]; // 10 s without one, then every second
  assert.equal(cut([makeMedia({ count: 500, sync })], 4).seconds, [10, 12, 16]);
});

test('leaves a short last segment on its own', () => {
  assert.equal(cut([makeMedia({ count: 151, sync: 50 })], 6).seconds, [6]);
});

test('cuts by time of presentation, not of decoding', () => {
  const track = makeMedia({ count: 300, offset: 1024, sync: 50 }, { presentationOffset: 0 });
  const audio = makeMedia({ count: 600 }, { kind: 'audio' });
  const origin = presentationOrigin([track, audio]);
  const [first] = videoBoundaries([track], [audio], { ...request([track], 6), origin });
  assert.is(toSeconds(first!.time), 6.08);
});

test('counts from the first picture, whatever an edit list says of it', () => {
  const track = makeMedia({ count: 300, sync: 50 }, { presentationOffset: 20 * 512 });
  assert.equal(cut([track], 4), { seconds: [4, 8], samples: [[100, 200]] });
});

test('finds key frames where every sample is one, reading only a few', () => {
  const track = makeMedia({ count: 25 * 3600 });
  const samples = track.samples as CodedTrack['samples'] & { reads: number };
  assert.is(cut([track], 6).seconds.length, 599);
  assert.ok(samples.reads < 600 * 40, `${samples.reads}`);
});

test('lines up renditions of different time scales, exact or rounded to half a tick', () => {
  const rounded = (timescale: number) => {
    const time = (i: number) => Math.round((i * timescale) / 25);
    return makeMedia({ count: 500, sync: 48, duration: (i) => time(i + 1) - time(i) }, { timescale });
  };
  const tracks = [rounded(90_001), makeMedia({ count: 500, sync: 48 }), rounded(1001)];
  const { seconds, samples } = cut(tracks, 1.92);
  assert.is(seconds.length, 10);
  assert.equal(samples[0], samples[1]);
  assert.equal(samples[0], samples[2]);
  assert.equal(cut([tracks[1]!, tracks[0]!], 1.92).samples[1], samples[0]);
});

test('does not take neighbouring pictures for one', () => {
  const a = makeMedia({ count: 500, sync: 50 });
  const b = makeMedia(
    { count: 500, sync: [0, ...Array.from({ length: 9 }, (_, i) => 49 + 50 * i)] },
    { input: 1 },
  );
  const error = refusal([a, b], 4);
  assert.is(error.code, 'RENDITIONS_NOT_ALIGNED');
  assert.is(
    error.message,
    'a.mp4 and b.mp4 do not line up: a.mp4 has a key frame at 4.000 s, b.mp4 has none (nearest: 3.960 s).',
  );
});

test('names the two files that do not line up, of three', () => {
  const track = (input: number, sync: number) => makeMedia({ count: 500, sync }, { input });
  assert.match(
    refusal([track(0, 50), track(1, 50), track(2, 48)], 6).message,
    /^a\.mp4 and c\.mp4 .* 6\.000 s, .*5\.760 s/,
  );
});

test('passes over key frames that one rendition has alone', () => {
  const grid = Array.from({ length: 11 }, (_, i) => i * 50);
  const withScenes = (input: number, ...scenes: number[]) =>
    makeMedia({ count: 550, sync: [...grid, ...scenes].sort((a, b) => a - b) }, { input });
  const { seconds } = cut([withScenes(0, 133), withScenes(1, 142, 549), withScenes(2, 545)], 5);
  assert.equal(seconds, [6, 10, 16, 20]);
});

test('refuses renditions that do not line up in a title of less than two segments', () => {
  const tracks = [makeMedia({ count: 250, sync: 50 }), makeMedia({ count: 250, sync: 48 }, { input: 1 })];
  assert.match(refusal(tracks, 6).message, 'a.mp4 has a key frame at 6.000 s, b.mp4 has none');
});

test('takes the key frames that all have when one rendition has fewer', () => {
  const dense = makeMedia({ count: 1000, sync: 50 });
  const sparse = makeMedia({ count: 1000, sync: 500 }, { input: 1 });
  assert.equal(cut([dense, sparse], 4), { seconds: [20], samples: [[500], [500]] });
  assert.equal(cut([dense, makeMedia({ count: 1000, sync: [0] })], 4).seconds, []);
});

test('cuts sound at the multiples of the target until the first picture, and goes on from there', () => {
  const late = makeMedia({ count: 500, sync: 50 }, { presentationOffset: -20 * 12_800 });
  const { seconds, samples } = cut([late], 6, [sound(40)]);
  assert.equal(seconds, [6, 12, 18, 24, 30, 36]);
  assert.equal(samples, [[0, 0, 0, 100, 250, 400]]);
});

test('a picture that starts on a multiple of the target starts a segment', () => {
  const late = makeMedia({ count: 300, sync: 50 }, { presentationOffset: -12 * 12_800 });
  assert.equal(cut([late], 6, [sound(24)]), { seconds: [6, 12, 18], samples: [[0, 0, 150]] });
});

test('cuts sound at the multiples of the target behind the last picture', () => {
  const short = makeMedia({ count: 125, sync: 50 });
  assert.equal(cut([short], 6, [sound(14)]), { seconds: [6, 12], samples: [[125, 125]] });
  assert.equal(cut([short], 2, [sound(9)]).seconds, [2, 4, 6, 8]);
  assert.equal(cut([short, makeMedia({ count: 126, sync: 50 })], 5, [sound(14)]), {
    seconds: [10],
    samples: [[125], [126]],
  });
});

test('does not cut for the few frames by which sound outlasts the picture', () => {
  const video = makeMedia({ count: 300, sync: 50 }); // 12 s
  assert.equal(cut([video], 6, [sound(12.06)]).seconds, [6]);
  assert.equal(cut([video], 6, [sound(12.45)]).seconds, [6]);
  assert.equal(cut([video], 6, [sound(13)]).seconds, [6, 12]);
});

test('the longest of several tracks of sound counts, behind the picture and before it', () => {
  const short = makeMedia({ count: 125, sync: 50 });
  assert.equal(cut([short], 6, [sound(5), sound(21), sound(8)]).seconds, [6, 12, 18]);
  const late = makeMedia({ count: 125, sync: 50 }, { presentationOffset: -20 * 12_800 });
  assert.equal(cut([late], 6, [sound(7), sound(25, 1)]).seconds, [6, 12, 18, 24]);
});

test('makes no segment without anything in it where sound and picture both have a hole', () => {
  const late = makeMedia({ count: 250, sync: 50 }, { presentationOffset: -20 * 12_800 });
  assert.equal(cut([late], 6, [sound(5)]), { seconds: [20, 24], samples: [[0, 100]] });
  assert.equal(cut([makeMedia({ count: 125, sync: 50 })], 6, [sound(5), sound(10, 31)]).seconds, [6, 36]);
});

test('cuts sound while a picture stands still for longer than the target', () => {
  const duration = (i: number) => (i === 124 ? 512 + 15 * 12_800 : 512); // 5 s, 15 s of the last picture, 5 s
  const video = makeMedia({ count: 250, sync: [0, 50, 100, 125, 175, 225], duration });
  const { seconds, samples } = cut([video], 6, [sound(25)]);
  assert.equal(seconds, [6, 12, 18, 24]);
  assert.equal(samples, [[125, 125, 125, 225]]);
  assert.equal(cut([video], 6), { seconds: [20, 24], samples: [[125, 225]] });
});

test('few key frames are no hole: sound stays with the picture', () => {
  const video = makeMedia({ count: 750, sync: [0, 500] });
  assert.equal(cut([video], 6, [sound(30)]), { seconds: [20], samples: [[500]] });
});

test('refuses renditions that do not start together', () => {
  const late = makeMedia({ count: 500, sync: 50, offset: 1024 }, { input: 1 });
  const { message } = refusal([makeMedia({ count: 500, sync: 50 }), late], 4);
  assert.is(message, 'a.mp4 and b.mp4 do not line up: a.mp4 starts at 0.000 s, b.mp4 at 0.080 s.');
});

test('refuses video that does not start with a key frame, or has none', () => {
  for (const sync of [[3, 50], []]) {
    const { message, code } = refusal([makeMedia({ count: 100, sync })], 4);
    assert.is(code, 'NOT_MEDIA');
    assert.match(message, 'does not start with a key frame');
  }
});

test('cuts audio alone at the multiples of the target', () => {
  const audio = makeMedia({ count: 1000 }, { kind: 'audio', presentationOffset: 1024 }); // 21.3 s
  const boundaries = audioBoundaries([audio], request([audio], 6));
  assert.equal(
    boundaries.map(({ time }) => toSeconds(time)),
    [6, 12, 18],
  );
  const frames = boundaries.map(({ time }) => frameAtOrAfter(audio, time));
  assert.equal(frames, [283, 564, 845]); // ceil(6 · 48000 / 1024) + 1, …
});

test('crosses a hole in the sound without making a segment for every target in it', () => {
  const duration = (i: number) => (i === 99 ? 48_000 * 3600 * 1000 : 1024);
  const audio = makeMedia({ count: 200, duration }, { kind: 'audio' });
  assert.is(audioBoundaries([audio], request([audio], 1)).length, 5);
});

test('cuts audio at the first frame that is not before the boundary, to the tick', () => {
  const audio = makeMedia({ count: 1000, offset: 10 }, { kind: 'audio', presentationOffset: 10 });
  const boundary = { num: 1024n * 7n, den: 48_000n };
  assert.is(frameAtOrAfter(audio, boundary), 7);
  assert.is(frameAtOrAfter(audio, { num: boundary.num * 1000n + 1n, den: boundary.den * 1000n }), 8);
});

test.run();
