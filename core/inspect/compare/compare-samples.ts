import { causeOf, sayPlace } from './difference.ts';
import type { RowComparison } from './equal-rows.ts';
import type { SampleCursor } from './sample-rows.ts';
import type { Fault, Tally } from './tally.ts';

/** Two tracks that are to hold the same samples. */
export interface Pair {
  readonly source: SampleCursor;
  readonly output: SampleCursor;
  readonly rows: RowComparison;
  /** The scheme of the output is SAMPLE-AES, as far as it was read. */
  isSampleAes(): boolean;
  readonly tally: Tally;
  /** Seconds that presentation times may differ by: a tick. */
  readonly tolerance: number;
  /** What the clock of the output is ahead of the source's; asked at the first sample that both have. */
  offset(outputTime: number, sourceTime: number): number;
  /** The same of two samples that differ, though they are at one place. */
  guess(outputTime: number, sourceTime: number): void;
  /** The output has only some of the samples, as key frames for trick play. */
  readonly isPart: boolean;
  /** Files of the output, by their numbers. */
  readonly files: readonly string[];
  readonly rendition: string;
}

/** Rows that are looked at to find where samples go on after a fault: of a part of a second, and, if need be, of some segments. */
const NEAR = 16;
const FAR = 512;

/** Rows in a row that nothing was found for, before looking further is given up: under a wrong key nothing is ever found. */
const HOPELESS = 4;
const SOMETIMES = 256;

/**
 * Compare all samples of two tracks in order. Where they do not agree, it is looked for where they go on: samples may be lost, doubled,
 * or come in another order.
 * @param most stop after so many samples of the output
 */
export async function compareSamples(pair: Pair, most = Number.POSITIVE_INFINITY): Promise<void> {
  const { source, output, rows, tally } = pair;
  const blocks = new MovedBlocks();
  let misses = 0;
  while (output.passed < most && (await source.fill(1)) && (await output.fill(1))) {
    if (pair.isPart && !(await findPart(pair))) break;
    const same = rows.sameRows(source, output);
    if (same > 0) {
      pass(pair, same);
      misses = 0;
      continue;
    }
    const isWorthIt = misses < HOPELESS || misses % SOMETIMES === 0;
    if (!pair.isPart && isWorthIt && (await goOn(pair, blocks))) {
      misses = 0;
      continue;
    }
    misses += 1;
    differ(pair);
  }
  if (output.passed >= most) return;
  const place = placeOf(pair);
  const added = await output.drain();
  if (added > 0) tally.note('added', { first: place, sample: source.passed + 1 }, added);
  tally.samples = output.passed;
  if (pair.isPart) return;
  const sample = source.passed + 1;
  const lost = await source.drain();
  if (lost > 0) tally.note('lost', { first: place, sample }, lost);
}

/** Where the output is. At its end, the last file. */
function placeOf({ output, files, rendition }: Pair, ahead = 0) {
  const { rows, at } = output;
  const row = at + ahead;
  if (row >= rows.count) return { file: files.at(-1) ?? rendition, rendition };
  return {
    file: files[rows.files[row]!] ?? rendition,
    offset: rows.positions[row]!,
    time: rows.times[row]!,
    rendition,
  };
}

/** So many rows hold the same samples: their keys are right, and their times are looked at. */
function pass(pair: Pair, count: number): void {
  const { source, output, tally, tolerance } = pair;
  const { rows, at } = output;
  for (let i = 0; i < count; i++) {
    const key = tally.keys[rows.keys[at + i]!];
    if (key) key.compared += 1;
    const [time, expected] = [output.time(i), source.time(i)];
    const offset = pair.offset(time, expected);
    tally.noteTime(time - offset - expected);
    if (Math.abs(time - offset - expected) <= tolerance) continue;
    const difference = { expected: seconds(expected), found: seconds(time - offset) };
    tally.note('time', { first: placeOf(pair, i), sample: source.passed + i + 1, ...difference });
  }
  tally.same += count;
  source.skip(count);
  output.skip(count);
}

const seconds = (time: number): string => `${time.toFixed(6)} s`;

/** The sample is in its place, and is another. */
function differ(pair: Pair): void {
  const { source, output, rows, tally } = pair;
  const key = tally.keys[output.rows.keys[output.at]!];
  pair.guess(output.time(0), source.time(0));
  const first = placeOf(pair);
  const place = rows.difference(source, output);
  const cause = place ? causeOf(place, storedOf(pair, key !== undefined)) : 'differs';
  if (key) {
    key.compared += 1;
    // Where the wrong bytes were encrypted, the key is right all the same.
    if (cause === 'differs') {
      key.differing += 1;
      key.first ??= first;
    }
  }
  // With start codes instead of lengths samples have other sizes, though nothing is wrong with them.
  const whole = { size: output.size(0), expectedSize: source.size(0) };
  const { size, expectedSize } = place ?? whole;
  const isTold = size !== expectedSize && expectedSize > 0 && (place !== undefined || rows.isPlain);
  const sizes = { expected: `${expectedSize} bytes`, found: `${size} bytes` };
  const details = { ...(isTold && sizes), ...(place && { place: sayPlace(place) }) };
  tally.note(cause, { first, sample: source.passed + 1, ...details });
  source.skip(1);
  output.skip(1);
}

const storedOf = ({ output, isSampleAes }: Pair, isProtected: boolean) => ({
  ...{ stored: output.stored, clearSize: output.size(0) },
  ...{ isProtected, isSampleAes: isSampleAes() },
});

/** Find where both go on after a fault, and note what that was. @returns false where neither is found in the other */
async function goOn(pair: Pair, blocks: MovedBlocks): Promise<boolean> {
  for (const far of [NEAR, FAR]) {
    await pair.source.fill(far);
    await pair.output.fill(far);
    if (isSwapped(pair)) {
      note(pair, 'moved', 2);
      pair.source.skip(2);
      pair.output.skip(2);
      return true;
    }
    if (isInPlace(pair)) return false;
    const gap = nextGap(pair, far);
    if (gap === undefined) continue;
    if (gap.lost > 0) lose(pair, gap.lost, blocks);
    else add(pair, gap.added, blocks);
    return true;
  }
  return false;
}

function isSwapped({ source, output, rows }: Pair): boolean {
  return (
    source.left > 1 &&
    output.left > 1 &&
    rows.isSame(source, 0, output, 1) &&
    rows.isSame(source, 1, output, 0)
  );
}

/** The sample is another in its place: the next ones agree. */
const isInPlace = ({ source, output, rows }: Pair): boolean =>
  source.left > 1 && output.left > 1 && rows.isSame(source, 1, output, 1);

/** The nearest place at which two samples in a row agree again: one may do so by chance, as of silence. */
function nextGap({ source, output, rows }: Pair, far: number): { lost: number; added: number } | undefined {
  const agrees = (ahead: number, outputAhead: number): boolean =>
    ahead < source.left &&
    outputAhead < output.left &&
    rows.isSame(source, ahead, output, outputAhead) &&
    (ahead + 1 >= source.left ||
      outputAhead + 1 >= output.left ||
      rows.isSame(source, ahead + 1, output, outputAhead + 1));
  for (let gap = 1; gap < far; gap++) {
    if (agrees(gap, 0)) return { lost: gap, added: 0 };
    if (agrees(0, gap)) return { lost: 0, added: gap };
  }
  return undefined;
}

function note(pair: Pair, fault: Fault, count: number): void {
  pair.tally.note(fault, { first: placeOf(pair), sample: pair.source.passed + 1 }, count);
}

function lose(pair: Pair, count: number, blocks: MovedBlocks): void {
  const { source } = pair;
  note(pair, blocks.isKnown('added', source) ? 'moved' : 'lost', count);
  blocks.keep('lost', source);
  source.skip(count);
}

function add(pair: Pair, count: number, blocks: MovedBlocks): void {
  const { output } = pair;
  const isMoved = blocks.isKnown('lost', output);
  note(pair, isMoved ? 'moved' : isTwice(pair) ? 'doubled' : 'added', count);
  blocks.keep('added', output);
  output.skip(count);
}

/** Whether the sample is that before it once more. */
function isTwice({ output }: Pair): boolean {
  const { rows, data, at } = output;
  const [before, from, to] = [rows.starts[at - 1], rows.starts[at]!, rows.starts[at + 1]!];
  return before !== undefined && data.compare(data, before, from, from, to) === 0;
}

/** Seconds. A tick may be a whole frame: what is looked for by its time is not found by that of the frame before. */
const PART_TOLERANCE = 0.001;

/** The next sample of the output that the source has at this time, where the output has only some of them. */
async function findPart({ source, output, offset, tolerance }: Pair): Promise<boolean> {
  const early = Math.min(tolerance, PART_TOLERANCE);
  for (;;) {
    const expected = output.time(0) - offset(output.time(0), source.time(0)) - early;
    while (source.left > 0 && source.time(0) < expected) source.skip(1);
    if (source.left > 0) return true;
    if (!(await source.fill(1))) return false;
  }
}

/** Blocks of samples that were missing at one place, or too many: the same ones at another place were moved. */
class MovedBlocks {
  readonly #firsts: Record<'lost' | 'added', Buffer[]> = { lost: [], added: [] };

  /** @param at where the block begins */
  keep(kind: 'lost' | 'added', at: SampleCursor): void {
    const kept = this.#firsts[kind];
    if (kept.length < 8) kept.push(Buffer.from(at.data.subarray(at.start(0), at.start(1))));
  }

  isKnown(kind: 'lost' | 'added', at: SampleCursor): boolean {
    const sample = at.data.subarray(at.start(0), at.start(1));
    return this.#firsts[kind].some((first) => first.equals(sample));
  }
}
