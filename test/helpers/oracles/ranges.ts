import * as assert from 'uvu/assert';
import { PackagerError } from '../../../core/base/errors.ts';
import { ProtectedRanges, type RangeFinder } from '../../../core/codecs/protected-ranges.ts';
import { Dice } from '../random/dice.ts';

/** Start and end of what a finder finds in a sample. */
export function rangesIn(finder: RangeFinder, data: Uint8Array, start = 0, end = data.length): number[][] {
  const ranges = new ProtectedRanges();
  finder.find(data, start, end, ranges);
  return Array.from({ length: ranges.count }, (_, index) => [ranges.start(index), ranges.end(index)]);
}

/** Assert that `work` ends in a PackagerError that says so. */
export function refusesRanges(work: () => void, message: RegExp): void {
  try {
    work();
  } catch (error) {
    assert.ok(PackagerError.is(error), String(error));
    assert.match((error as PackagerError).message, message);
    return;
  }
  assert.unreachable('nothing was refused');
}

const TRIES = 200;
/** Damage lies where headers are. */
const REACH = 60;

/**
 * Damage a stream in many ways and look for ranges in it: they lie in their samples, in order, or a PackagerError says
 * what is wrong.
 * @param sizes bytes of its samples
 * @returns how many streams were refused, and how many taken
 */
export function survivesDamage(
  newFinder: () => RangeFinder,
  stream: Uint8Array,
  sizes: readonly number[],
): { refused: number; taken: number } {
  const dice = new Dice(47);
  const outcomes = { refused: 0, taken: 0 };
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const data = Uint8Array.from(stream);
    let start = 0;
    const damaged = new Set([dice.below(sizes.length), dice.below(sizes.length)]);
    for (const [sample, size] of sizes.entries()) {
      if (damaged.has(sample)) data[start + dice.below(Math.min(REACH, size))] = dice.below(256);
      start += size;
    }
    try {
      walk(newFinder(), data, sizes);
      outcomes.taken += 1;
    } catch (error) {
      if (!PackagerError.is(error)) throw error;
      outcomes.refused += 1;
    }
  }
  return outcomes;
}

function walk(finder: RangeFinder, data: Uint8Array, sizes: readonly number[]): void {
  let end = 0;
  for (const size of sizes) {
    let last = end;
    end += size;
    for (const [from = 0, to = 0] of rangesIn(finder, data, end - size, end)) {
      if (from < last || to <= from || to > end) throw new Error(`a range from ${from} to ${to}`);
      last = to;
    }
  }
}
