import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FragmentNumbers } from '../../core/containers/mp4/write/fragment-numbers.ts';
import { makeMedia } from '../helpers/media/made-samples.ts';
import { plainTiming } from '../helpers/media/ts-media.ts';

const test = suite('fragment numbers');

/** 20 pictures; sync samples 0, 3, 4, 9, 15; segments of 5, none, 5, 2, and 8 that begin between sync samples. */
const timing = plainTiming({ segmentStarts: Uint32Array.of(0, 5, 5, 10, 12) });
const made = () => makeMedia({ count: 20, sync: [0, 3, 4, 9, 15] });

test('I-frames and what is before the first of them are fragments; a hole has none', () => {
  const numbers = new FragmentNumbers({ track: made(), timing }, true);
  assert.equal(
    [4, 0, 2, 1, 3].map((index) => numbers.before(index)),
    [6, 0, 3, 3, 5],
  );
});

test('without I-frames there is one a segment, and nobody looks at the samples', () => {
  const track = made();
  const numbers = new FragmentNumbers({ track, timing }, false);
  assert.equal(
    [4, 0, 2, 1, 3].map((index) => numbers.before(index)),
    [3, 0, 1, 1, 2],
  );
  assert.is((track.samples as { reads?: number }).reads, 0);
});

test('tables are not read for segments that were made in order, and once for others', () => {
  const track = made();
  const reads = () => (track.samples as { reads?: number }).reads;
  const numbers = new FragmentNumbers({ track, timing }, true);
  for (const [index, fragments] of [
    [0, 3],
    [2, 2],
    [3, 1],
  ] as const) {
    numbers.before(index);
    numbers.made(index, fragments);
  }
  assert.is(numbers.before(4), 6);
  assert.is(reads(), 0);
  const others = new FragmentNumbers({ track, timing }, true);
  others.before(3);
  assert.is(reads(), 10);
  others.made(0, 3);
  assert.is(others.before(4), 6);
  assert.is(reads(), 12);
});

test.run();
