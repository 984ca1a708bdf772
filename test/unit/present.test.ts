import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PackagerError } from '../../core/base/errors.ts';
import type { CodedTrack } from '../../core/media/track.ts';
import { createPresentation } from '../../core/title/present.ts';
import { makeMedia } from '../helpers/media/made-samples.ts';

const test = suite('present');

const video = (input = 0, facts: Partial<CodedTrack> = {}) =>
  makeMedia({ count: 500, sync: 50 }, { input, ...facts });
const audio = (input = 0, facts: Partial<CodedTrack> = {}) =>
  makeMedia({ count: 938 }, { input, kind: 'audio', presentationOffset: 1024, ...facts });

function present(files: readonly (readonly CodedTrack[])[], segmentDuration = 6) {
  const inputs = files.map((_, index) => {
    const name = `${'abc'[index]}.mp4`;
    return { index, path: `media/${name}`, name, bytes: 1 };
  });
  const warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  return { ...createPresentation(inputs, files, { segmentDuration, warn }), warnings };
}

const refusal = (files: readonly (readonly CodedTrack[])[]): PackagerError => {
  try {
    present(files);
  } catch (error) {
    assert.ok(PackagerError.is(error), `${error}`);
    return error;
  }
  throw new Error('these inputs were accepted');
};

test('takes a rendition from every file and the sound once', () => {
  const sound = audio();
  const title = present([
    [video(), sound],
    [video(1), audio(1)],
    [video(2), audio(2)],
  ]);
  assert.equal(
    title.video.map(({ track }) => track.input),
    [0, 1, 2],
  );
  assert.equal(
    title.audio.map(({ track }) => track),
    [sound],
  );
  assert.equal(title.warnings, []);
});

test('all segments are in the first crypto period, also in another thread', () => {
  const { grid } = present([[video(), audio()]]);
  const crossed = structuredClone(grid);
  assert.instance(crossed.periods, Int32Array);
  assert.equal(
    [...crossed.periods],
    Array.from({ length: grid.count }, () => 0),
  );
});

test('takes one audio track a language, from the first file that has it', () => {
  const title = present([
    [video(), audio(0, { language: 'eng' })],
    [video(1), audio(1, { language: 'kor' }), audio(1, { id: 3, language: 'eng' })],
  ]);
  assert.equal(
    title.audio.map(({ track: { input, language } }) => [input, language]),
    [
      [0, 'eng'],
      [1, 'kor'],
    ],
  );
});

test('warns of what it leaves out of one file', () => {
  const title = present([[video(), video(0, { id: 4 }), audio(), audio(0, { id: 3 })]]);
  assert.is(title.video.length + title.audio.length, 2);
  assert.is(title.warnings.length, 2);
  assert.match(title.warnings[0]!, /^media\/a\.mp4: video track 4 .* was left out/);
  assert.match(title.warnings[1]!, /audio track 3 .*"und"/);
});

test('warns once of a hundred tracks', () => {
  const sounds = Array.from({ length: 100 }, (_, index) => audio(0, { id: index + 2 }));
  const { warnings } = present([[video(), ...sounds]]);
  assert.is(warnings.length, 1);
  assert.match(
    warnings[0]!,
    /audio tracks 3, 4, 5, 6, 7, 8, 9, 10 and 91 more were left out.*`audio: \[id\]`/,
  );
});

test('warns of a file that adds nothing', () => {
  const { warnings } = present([[video(), audio()], [audio(1)]]);
  assert.match(warnings.join(), 'media/b.mp4 adds nothing');
});

test('cuts all tracks on one grid and tells their places', () => {
  const { grid, video: renditions, audio: sounds } = present([[video(), audio()], [video(1)]]);
  assert.is(grid.count, 4);
  assert.equal([...grid.boundaries], [0, 6, 12, 18, grid.duration]);
  assert.is(grid.duration, 20);
  assert.equal([...renditions[1]!.timing.segmentStarts], [0, 150, 300, 450]);
  assert.equal([...sounds[0]!.timing.segmentStarts], [0, 283, 564, 845]);
  assert.is(sounds[0]!.timing.mediaTimeAtZero, 1024);
});

test('gives sound that ends early empty segments', () => {
  const short = makeMedia({ count: 300 }, { kind: 'audio' }); // 6.4 s
  const { timing } = present([[video(), short]]).audio[0]!;
  assert.equal([...timing.segmentStarts], [0, 282, 300, 300]);
});

test('lasts as long as its longest track', () => {
  const { grid, warnings } = present([[video(), makeMedia({ count: 2000 }, { kind: 'audio' })]]);
  assert.is(grid.duration, (2000 * 1024) / 48_000);
  assert.is(grid.boundaries.at(-1), grid.duration);
  assert.match(warnings.join(), 'The sound goes on for 22.667 s');
});

test('presents video alone and sound alone', () => {
  assert.is(present([[video()]]).grid.count, 4);
  const title = present([[audio()]]);
  assert.equal([...title.grid.boundaries], [0, 6, 12, 18, (937 * 1024) / 48_000]);
  assert.equal([...title.audio[0]!.timing.segmentStarts], [0, 283, 564, 845]);
});

test('refuses inputs without a track', () => {
  for (const tracks of [[], [makeMedia({ count: 0 })]]) {
    const { code, message } = refusal([tracks]);
    assert.is(code, 'NOT_MEDIA');
    assert.match(message, 'media/a.mp4');
  }
});

test('lines up files that say the same start in different ways, and refuses those that do not, with times', () => {
  const late = (input: number, presentationOffset: number, timescale = 12_800) =>
    makeMedia(
      { count: 500, sync: 50, duration: timescale / 25, offset: (2 * timescale) / 25 },
      { input, presentationOffset, timescale },
    );
  const title = present([[late(0, 1024)], [video(1)], [late(2, 7200, 90_000)]]);
  assert.equal(
    title.video.map(({ timing }) => [timing.shift, [...timing.segmentStarts]]),
    [0, 1, 2].map(() => [0, [0, 150, 300, 450]]),
  );
  // A few pictures that are only decoded come before the start of one of them: 2 ticks of 102400 each.
  const moved = (i: number) => (i === 0 ? 0 : 20);
  const facts = { timescale: 102_400, presentationOffset: 20 };
  const cut = makeMedia({ count: 500, sync: 50, duration: 4096, offset: moved }, facts);
  assert.equal([...present([[cut], [video(1)]]).video[1]!.timing.segmentStarts], [0, 150, 300, 450]);
  const { message } = refusal([[video()], [late(1, 0)]]);
  assert.match(message, 'a.mp4 and b.mp4 do not line up: a.mp4 starts at 0.000 s, b.mp4 at 0.080 s.');
});

test('refuses tracks of which nothing is presented', () => {
  assert.match(refusal([[audio(0, { presentationOffset: 938 * 1024 })]]).message, 'presents nothing');
});

test('refuses a rendition that ends more than half a segment early, warns of a frame', () => {
  const ending = (count: number) => makeMedia({ count, sync: 50 }, { input: 1 });
  const { message } = refusal([[video()], [ending(424)]]);
  assert.is(message, 'a.mp4 and b.mp4 do not line up: a.mp4 ends at 20.000 s, b.mp4 at 16.960 s.');
  assert.match(present([[video()], [ending(498)]]).warnings.join(), 'Renditions differ in length');
  assert.equal(present([[video()], [ending(499)]]).warnings, []);
});

test('warns of segments that are much longer than asked for', () => {
  const sparse = makeMedia({ count: 500, sync: 250 });
  assert.match(present([[sparse]]).warnings.join(), '10.000 s instead of 6 s');
});

test('warns of sound that begins late, ends early or has a hole: where, what to do, and of many tracks once', () => {
  const sound = (id: number, { count = 938, start = 0, hole = 0 } = {}) =>
    makeMedia(
      { count, duration: (i) => 1024 + (i === 100 ? hole * 48_000 : 0) },
      { id, kind: 'audio', language: `a${id}`, presentationOffset: -start * 48_000 },
    );
  const told = (...sounds: readonly CodedTrack[]) => present([[video(), ...sounds]]).warnings;
  const silence = 'silence if need be.';
  assert.equal(told(sound(2, { start: 5.9, count: 600 })), []);
  assert.equal(told(sound(2, { start: 7, count: 600 })), [
    'a.mp4: audio track 2 (mp4a.40.2) of input 1 begins 7.000 s after the picture. Some players do not start before it: ' +
      `give it sound from the first picture on, ${silence}`,
  ]);
  assert.equal(told(sound(2), sound(3, { count: 600 }), sound(4, { count: 375 })), [
    'a.mp4: audio track 4 (mp4a.40.2) of input 1 ends 12.000 s before the picture, at 0:00:08.000 (and 1 more audio track). ' +
      `Many players stop there: give it sound up to the last picture, ${silence}`,
  ]);
  const [hole, ...others] = told(
    ...Array.from({ length: 50 }, (_, i) => sound(i + 2, { count: 350, hole: i === 7 ? 12 : 11 })),
  );
  assert.equal(others, []);
  assert.is(
    hole,
    'a.mp4: audio track 9 (mp4a.40.2) of input 1 has no sound between 0:00:02.133 and 0:00:14.155 (and 49 more audio tracks). ' +
      'Many players freeze or skip there: fill the hole with silence.',
  );
  assert.equal(told(sound(2, { count: 500, hole: 9 })), []);
  assert.match(
    present([[sound(2, { hole: 600 }), sound(3, { count: 300 })]]).warnings.join(),
    /0:10:02\.155/,
  );
});

test('refuses a segment that would not fit into memory, and says where it is', () => {
  const huge = makeMedia({ count: 500, sync: [0, 150], size: 2 ** 21 });
  const { code, message } = refusal([[huge]]);
  assert.is(code, 'SEGMENT_TOO_LARGE');
  assert.match(message, /a\.mp4, video track 1 .* between 6\.000 s and 20\.000 s, .* 700 MiB/);
});

test('names files by their paths when their names are the same', () => {
  const inputs = [0, 1].map((index) => ({ index, path: `${index}/v.mp4`, name: 'v.mp4', bytes: 1 }));
  const files = [[video()], [makeMedia({ count: 500, sync: 48 }, { input: 1 })]];
  const options = { segmentDuration: 6, warn: () => {} };
  assert.throws(() => createPresentation(inputs, files, options), /^0\/v\.mp4 and 1\/v\.mp4/);
});

test.run();
