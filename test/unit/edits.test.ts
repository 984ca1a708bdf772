import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PackagerError } from '../../core/base/errors.ts';
import { toSeconds } from '../../core/base/exact-time.ts';
import { type Edit, mediaPieces } from '../../core/containers/mp4/read/edit-list.ts';
import { applyEdits } from '../../core/edits/apply-edits.ts';
import type { SampleTable } from '../../core/media/samples.ts';
import { makeSamples } from '../helpers/media/made-samples.ts';
import { checkSingles } from '../helpers/media/table-of.ts';

const test = suite('edits');

const FRAME = 512; // of 12800 ticks: 1/25 s
/** I P B B, a key frame every 12 pictures, composed two frames late. */
const pictures = (count = 120): SampleTable =>
  makeSamples({ count, duration: FRAME, sync: 12, offset: (i) => [2, 4, 1, 1][i % 4]! * FRAME });
const sound = (): SampleTable => makeSamples({ count: 225, duration: 1024 });

const list = (
  edits: readonly (readonly [duration: number, mediaTime: number, rate?: number])[],
  facts: { timescale?: number; mediaStart?: number; fragmented?: boolean; movieTimescale?: number } = {},
) => ({
  edits: edits.map(([segmentDuration, mediaTime, rate = 1]): Edit => ({ segmentDuration, mediaTime, rate })),
  ...{ movieTimescale: 1000, timescale: 12_800, mediaStart: 0, fragmented: false, ...facts },
});

const pieces = (...given: Parameters<typeof list>) =>
  mediaPieces(list(...given), 'a.mp4', 1).map(({ mediaTime, start, end }) => [
    mediaTime,
    toSeconds(start),
    end && toSeconds(end),
  ]);

test('reads edit lists: none, empty edits, an open end, fragments', () => {
  assert.equal(pieces([]), [[0, 0, undefined]]);
  assert.equal(pieces([], { mediaStart: 500 }), [[-500, 0, undefined]]);
  assert.equal(
    pieces([
      [500, -1],
      [200, -1],
      [9000, 1024],
    ]),
    [[1024, 0.7, 9.7]],
  );
  assert.equal(pieces([[0, 1024]]), [[1024, 0, undefined]]);
  assert.equal(
    pieces([[40, 1024]], { fragmented: true }),
    [[1024, 0, undefined]],
    'written before the fragments',
  );
  assert.equal(
    pieces([
      [0, 77],
      [1000, 1024],
      [300, -1],
    ]),
    [[1024, 0, 1]],
    'entries of no time say nothing',
  );
});

test('joins entries that go on where the one before ends, to a tick of the movie', () => {
  assert.equal(
    pieces([
      [1000, 0],
      [1000, 12_800],
      [1000, 25_607],
    ]),
    [[0, 0, 3]],
  );
  assert.equal(
    pieces([
      [1000, 0],
      [1000, 12_814],
    ]).length,
    2,
    'a jump of more',
  );
  assert.equal(
    pieces([
      [1000, 0],
      [500, -1],
      [1000, 12_800],
    ]).length,
    2,
    'a pause',
  );
});

test('refuses what no player could be told', () => {
  const refusal = (...given: Parameters<typeof list>): string => {
    try {
      pieces(...given);
    } catch (error) {
      assert.ok(PackagerError.is(error) && error.code === 'UNSUPPORTED_INPUT', `${error}`);
      return error.message;
    }
    throw new Error('accepted');
  };
  assert.match(
    refusal([
      [1000, 0],
      [1000, 0, 0.5],
    ]),
    'a.mp4: the edit list of track 1 plays its entry 2 at 0.5 times',
  );
  assert.match(refusal([[1000, 0, 0]]), 'entry 1 at 0 times normal speed');
  assert.match(refusal([[1000, -1]]), 'presents nothing at all');
  assert.match(refusal([[1000, 0]], { movieTimescale: 0 }), 'impossible times');
  assert.match(refusal(Array.from({ length: 101 }, () => [10, 0] as const)), 'has 101 entries');
});

const refuse = (reason: string): Error => new Error(`the edit list ${reason}`);
const edit = (samples: SampleTable, edits: Parameters<typeof list>[0], kind: 'video' | 'audio' = 'video') => {
  const timescale = kind === 'video' ? 12_800 : 48_000;
  return applyEdits(
    { kind, samples, timescale },
    mediaPieces(list(edits, { timescale }), 'a.mp4', 1),
    refuse,
  );
};

test('sound of which frames need others begins where decoding can start', () => {
  // 10 s of frames of 1024 at 48 kHz, a mark every 30.
  const samples = makeSamples({ count: 469, duration: 1024, sync: 30 });
  const cut = (edits: Parameters<typeof list>[0]) =>
    applyEdits(
      { kind: 'audio', samples, timescale: 48_000, needsSync: true },
      mediaPieces(list(edits, { timescale: 48_000 }), 'a.mp4', 1),
      refuse,
    );
  const one = cut([[4000, 144_000]]); // from 3 s on, which is in frame 140
  assert.is(one.samples.read(0, 1).offsets[0], 120);
  assert.is(one.presentationOffset, 144_000 - 120 * 1024, 'what comes before is priming');
  assert.equal([...one.samples.syncSamples!.subarray(0, 2)], [0, 30]);
  const two = cut([
    [2000, 0],
    [2000, 144_000],
  ]);
  const { offsets, sync } = two.samples.read(0, two.samples.count);
  const joint = offsets.findIndex((offset, i) => i > 0 && offset !== offsets[i - 1]! + 1);
  assert.equal([offsets[joint], sync[joint]], [150, 1], 'the next one, so that decoding starts anew');
});

/** Place in the file (a byte a sample) and presented time in seconds of all samples, in order of presentation. */
function presented({ samples, timescale, presentationOffset }: ReturnType<typeof edit>): [number, number][] {
  const { count, offsets, dts, compositionOffsets } = samples.read(0, samples.count);
  const rows = Array.from({ length: count }, (_, i): [number, number] => {
    return [offsets[i]!, (dts[i]! + compositionOffsets[i]! - presentationOffset) / timescale];
  });
  return rows.sort((a, b) => a[1] - b[1]);
}

/** All ways to look at a table agree, and time goes on. */
function checkTable(samples: SampleTable): void {
  checkSingles(samples);
  const all = samples.read(0, samples.count);
  let [time, bytes] = [0, 0];
  for (let i = 0; i < samples.count; i++) {
    assert.is(all.dts[i], time, `decode time of ${i}`);
    assert.ok(all.durations[i]! > 0, `duration of ${i}`);
    time += all.durations[i]!;
    bytes += all.sizes[i]!;
  }
  assert.equal([samples.duration, samples.bytes], [time, bytes]);
  const sync = Array.from(all.sync.keys()).filter((i) => all.sync[i] === 1);
  assert.equal(Array.from(samples.syncSamples ?? all.sync.keys()), sync);
  for (let first = 0; first < samples.count; first += 7) {
    const end = Math.min(samples.count, first + 11);
    const part = samples.read(first, end);
    assert.is(part.first, first);
    for (const column of ['offsets', 'dts', 'compositionOffsets', 'durations', 'sync'] as const) {
      assert.equal([...part[column]], [...all[column].subarray(first, end)], `${column} from ${first}`);
    }
    for (const near of [-1, 0, 0.5, 1]) {
      const found = all.dts.findIndex((dts) => dts >= all.dts[first]! + near);
      assert.is(samples.atOrAfter(all.dts[first]! + near), found === -1 ? samples.count : found);
    }
  }
  assert.is(samples.atOrAfter(samples.duration + 1), samples.count);
}

test('leaves a table alone of which all is presented', () => {
  const samples = pictures();
  for (const duration of [4800, 4799, 5000, 0]) {
    const edited = edit(samples, [[duration, 2 * FRAME]]);
    assert.is(edited.samples, samples);
    assert.equal([edited.timescale, edited.presentationOffset], [12_800, 2 * FRAME]);
  }
  const late = edit(samples, [
    [500, -1],
    [4800, 2 * FRAME],
  ]);
  assert.equal([late.samples, late.presentationOffset], [samples, 2 * FRAME - 6400]);
});

test('cuts the end away: what was presented lasts as long as the edit', () => {
  const { samples, timescale, presentationOffset } = edit(pictures(), [[1000, 2 * FRAME]]);
  checkTable(samples);
  assert.equal([samples.count, timescale, presentationOffset], [25, 12_800, 0]);
  assert.is(samples.duration, 12_800);
});

test('takes a picture along that the last B-pictures refer to, and gives it no time', () => {
  const edited = edit(pictures(), [[80, 2 * FRAME]]); // I0 P3 b1 b2
  checkTable(edited.samples);
  assert.is(edited.timescale, 102_400);
  const [first, second, needed] = presented(edited);
  assert.equal([first?.[0], second?.[0], needed?.[0]], [0, 2, 1]);
  assert.ok((needed?.[1] ?? 0) > 0.0799 && (needed?.[1] ?? 1) < 0.08);
  assert.is(edited.samples.duration, 0.08 * 102_400);
});

test('starts between key frames: what comes before is decoded in no time', () => {
  const edited = edit(pictures(), [[2000, 8 * FRAME]]);
  checkTable(edited.samples);
  assert.equal(edited.leadIn, { pictures: 6, seconds: 0.24 });
  const rows = presented(edited);
  assert.ok(rows[0]![1] > -0.001 && rows[5]![1] < 0);
  assert.equal(
    rows.slice(6, 9).map(([, time]) => Math.round(time * 1e6)),
    [0, 40_000, 80_000],
  );
});

test('starts at the key frame of an open GOP: what leads it takes no time, and is no lead-in', () => {
  const leading = (i: number): number => (i === 0 ? 4 : i < 4 ? 0 : 1) * FRAME; // composed 4 1 2 3 5 6 7
  const samples = makeSamples({ count: 60, duration: FRAME, sync: 12, offset: leading });
  for (const duration of [0, 1000]) {
    const edited = edit(samples, [[duration, 4 * FRAME]]);
    checkTable(edited.samples);
    assert.equal(edited.leadIn, { pictures: 0, seconds: 0 });
    const rows = presented(edited).slice(0, 5);
    assert.equal(
      rows.map(([sample]) => sample),
      [1, 2, 3, 0, 4],
    );
    assert.ok(rows[0]![1] > -0.001 && rows[2]![1] < 0);
    assert.equal([rows[3]![1], rows[4]![1]], [0, 0.04]);
  }
  assert.is(edit(samples, []).samples, samples, 'without an edit list nothing is hidden');
});

test('follows several pieces, in any order, with pauses', () => {
  const edited = edit(pictures(), [
    [480, 26 * FRAME],
    [500, -1],
    [480, 2 * FRAME],
    [200, 58 * FRAME],
  ]);
  checkTable(edited.samples);
  const shown = presented(edited).filter(([, time], i, all) => (all[i + 1]?.[1] ?? 9) - time > 0.001);
  assert.equal(
    shown.map(([, time]) => Math.round(time * 50)),
    [
      ...[...Array(12).keys()].map((i) => 2 * i),
      ...[...Array(12).keys()].map((i) => 49 + 2 * i),
      73,
      75,
      77,
      79,
      81,
    ],
  );
  assert.is(edited.samples.duration / edited.timescale, 1.66);
});

test('cuts sound to whole frames', () => {
  const edited = edit(sound(), [[1000, 1024]], 'audio');
  checkTable(edited.samples);
  assert.equal([edited.samples.count, edited.samples.duration], [48, 49_024]);
  const late = edit(sound(), [[1000, 96_000]], 'audio');
  checkTable(late.samples);
  const before = presented(late).filter(([, time]) => time < 0);
  assert.equal([before.length, Math.round(before[0]![1] * 1000)], [4, -80]);
  const two = edit(
    sound(),
    [
      [1000, 0],
      [500, -1],
      [1000, 96_000],
    ],
    'audio',
  );
  checkTable(two.samples);
  const second = presented(two).find(([, time]) => time > 1.2)!;
  assert.ok(Math.abs(second[1] - 1.5 - (second[0] * 1024 - 96_000) / 48_000) < 1e-9);
});

test('follows hidden pictures of variable durations without losing the end', () => {
  const duration = (i: number) => FRAME + ((i * 37) % 5) * 100;
  const samples = makeSamples({ count: 60, duration, sync: 20 });
  const edited = edit(samples, [[0, 4000]]);
  checkTable(edited.samples);
  const end = (edited.samples.duration - edited.presentationOffset) / edited.timescale;
  assert.ok(Math.abs(end - (samples.duration - 4000) / 12_800) < FRAME / 12_800);
});

test('whatever the list, the table is sound and its output bounded', () => {
  let seed = 11;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  let refused = 0;
  for (let round = 0; round < 300; round++) {
    const edits = Array.from({ length: 1 + random(4) }, (): [number, number] => {
      return [random(3000), random(5) === 0 ? -1 : random(70_000)];
    });
    const isVideo = random(3) > 0;
    try {
      checkTable(edit(isVideo ? pictures() : sound(), edits, isVideo ? 'video' : 'audio').samples);
    } catch (error) {
      assert.match(`${error}`, /edit list/, `${JSON.stringify(edits)}: ${(error as Error).stack}`);
      refused++;
    }
  }
  assert.ok(refused < 100, `${refused}`);
  const again = Array.from({ length: 90 }, (_, i) => [4000, i % 2] as const);
  assert.throws(() => edit(pictures(), again), /again and again/);
});

test.run();
