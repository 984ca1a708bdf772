/** IVs under one key: two samples must not take the same block of the counter, whatever the size of their IVs. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CounterRanges } from '../../core/inspect/checks/iv-ranges.ts';

const test = suite('counter ranges');

const iv = (high: number, low = 0): Uint8Array => {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64BE(BigInt(high));
  bytes.writeBigUInt64BE(BigInt(low), 8);
  return bytes;
};

test('IVs that go on from one sample to the next are one range, and overlap with nothing', () => {
  const [short, long] = [new CounterRanges(), new CounterRanges()];
  for (let sample = 0; sample < 5000; sample++) {
    short.add(iv(7 + sample), 8, 3 + (sample % 5));
    long.add(iv(9, 10 * sample), 16, 10);
  }
  for (const ranges of [short, long]) {
    assert.is([...ranges.ranges()].length, 1);
    assert.is(ranges.overlap(), undefined);
  }
});

test('ranges that overlap are found though no two IVs are equal', () => {
  const ranges = new CounterRanges();
  ranges.add(iv(9, 100), 16, 50);
  ranges.add(iv(9, 400), 16, 50);
  ranges.add(iv(9, 149), 16, 10);
  assert.ok(ranges.overlap());
});

test('an IV of 8 bytes that comes again is found in the middle of a run, and between two tracks', () => {
  const [one, other] = [new CounterRanges(), new CounterRanges()];
  for (let sample = 0; sample < 100; sample++) one.add(iv(1000 + sample), 8, 4);
  other.add(iv(1050), 8, 2);
  assert.is(one.overlap(), undefined);
  one.addAll(other);
  assert.ok(one.overlap());
});

test('an IV of 16 bytes within the blocks of one of 8 is found', () => {
  const ranges = new CounterRanges();
  ranges.add(iv(5), 8, 20);
  ranges.add(iv(5, 19), 16, 1);
  assert.ok(ranges.overlap());
});

test.run();
