import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { gathered } from './gather.ts';
import { lookAhead } from './look-ahead.ts';

const test = suite('gathered work');

/** Doubles numbers, and fails as a whole where one is negative; what it was called with is kept. */
function doubling(most: number) {
  const calls: number[][] = [];
  const double = gathered<number, number>(
    async (items) => {
      calls.push([...items]);
      if (items.some((item) => item < 0)) throw new Error(`no ${items.join()}`);
      return items.map((item) => 2 * item);
    },
    { most, sizeOf: (item) => Math.abs(item) },
  );
  return { calls, double };
}

test('what is asked together is done together, and each has its own answer', async () => {
  const { calls, double } = doubling(100);
  assert.equal(await Promise.all([1, 2, 3].map(double)), [2, 4, 6]);
  assert.equal(await double(4), 8);
  assert.equal(calls, [[1, 2, 3], [4]]);
});

test('where it fails together, each is tried alone: one failure is not that of others', async () => {
  const { calls, double } = doubling(100);
  const settled = await Promise.allSettled([1, -2, 3].map(double));
  assert.equal(
    settled.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.message)),
    [2, 'no -2', 6],
  );
  assert.equal(calls, [[1, -2, 3], [1], [-2], [3]]);
});

test('no more than fits at a time, and at least one', async () => {
  const { calls, double } = doubling(5);
  assert.equal(await Promise.all([3, 2, 9, 1].map(double)), [6, 4, 18, 2]);
  assert.equal(calls, [[3, 2], [9], [1]]);
});

test('what is begun ahead is begun once, and fails when its turn comes', async () => {
  const begun: number[] = [];
  const result = lookAhead([1, -2, 3], async (item) => {
    begun.push(item);
    if (item < 0) throw new Error(`no ${item}`);
    return 2 * item;
  });
  assert.is(await result(0), 2);
  assert.equal(begun, [1, -2, 3]);
  assert.equal(await result(1).catch(({ message }) => message), 'no -2');
  assert.is(await result(2), 6);
  assert.is(begun.length, 3);
});

test.run();
