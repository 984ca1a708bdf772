/** Which units are written together, and how those of inputs that are far away keep together. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Pace } from '../../core/engine/pace.ts';
import { unitGroups } from '../../core/engine/unit-groups.ts';
import type { WrittenWork } from '../../core/engine/unit-parts.ts';

const test = suite('unit groups');

const MB = 1e6;

/** @param units bytes of each, and its input; the largest first */
const works = (units: readonly (readonly [bytes: number, input?: number, mode?: string])[], count = 100) =>
  units.map(([bytes, input = 0, mode = 'dash']) => ({
    mode,
    unit: { input, bytes, tracks: [{ input, id: 1 }] },
    grid: { count },
  })) as unknown as readonly WrittenWork[];

const isFar = (input: number) => input < 8;

test('of an input that is far away all units are together, in as many threads as there are; of the disk those of one mode', () => {
  const four = works([[400], [400], [30], [20]]);
  assert.equal(unitGroups(four, { isFar, atOnce: 1 }), [[0, 1, 2, 3]]);
  assert.equal(unitGroups(four, { isFar, atOnce: 2 }), [
    [0, 2],
    [1, 3],
  ]);
  const mixed = works([[400, 8], [300], [200, 1], [100, 8], [50], [40, 1]]);
  assert.equal(unitGroups(mixed, { isFar, atOnce: 2 }), [
    [0, 3],
    [1, 4],
    [2, 5],
  ]);
  const modes = works([
    [400, 8, 'dash'],
    [390, 8, 'hls'],
    [30, 8, 'hls'],
    [20, 8, 'dash'],
    [10, 8, 'dash'],
  ]);
  for (const atOnce of [1, 2])
    assert.equal(unitGroups(modes, { isFar, atOnce }), [
      [0, 3, 4],
      [1, 2],
    ]);
  assert.equal(unitGroups(modes, { isFar, atOnce: 4 }), [[0], [1], [2], [3, 4]]);
});

test('as many as there is memory for their segments', () => {
  const large = works([[1000 * MB], [900 * MB], [10 * MB], [5 * MB]], 50);
  assert.equal(unitGroups(large, { isFar, atOnce: 1 }), [[0], [1, 2, 3]]);
  const whole = large.map((work) => ({ ...work, unit: { ...work.unit, tracks: [] } }));
  assert.equal(unitGroups(whole, { isFar, atOnce: 1 }), [[0, 1, 2, 3]]);
});

test('a small title of the disk is the work of one thread where others have titles too', () => {
  const small = works([
    [10 * MB, 8],
    [9 * MB, 9],
    [2 * MB, 8],
  ]);
  assert.equal(unitGroups(small, { isFar, atOnce: 2, hasOthers: true }), [[0, 1, 2]]);
  assert.equal(unitGroups(small, { isFar, atOnce: 2, hasOthers: false }), [[0, 2], [1]]);
  const large = works([
    [30 * MB, 8],
    [3 * MB, 9],
    [2 * MB, 8],
  ]);
  assert.equal(unitGroups(large, { isFar, atOnce: 4, hasOthers: true }), [[0, 2], [1]]);
});

/** What has happened by now, of what needs no more than that others go on. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test('who is far in front waits for the last one that reads, and for nobody who does not', async () => {
  const pace = new Pace();
  const [first, second, idle] = [pace.enter(), pace.enter(), pace.enter()];
  const log: string[] = [];
  const reach = (name: string, lane: typeof first, position: number) =>
    lane.reach(position).then(() => log.push(`${name} ${position / MB}`));
  await reach('first', first, 50 * MB);
  await reach('second', second, 1 * MB);
  const ahead = reach('first', first, 60 * MB);
  await reach('first', first, 10 * MB);
  await settled();
  assert.equal(log, ['first 50', 'second 1', 'first 10']);
  await reach('second', second, 57 * MB);
  await ahead;
  // One who jumps to the end waits there, and keeps nobody.
  const end = reach('second', second, 90 * MB);
  await reach('first', first, 70 * MB);
  first.leave();
  await end;
  assert.equal(log.slice(3).sort(), ['first 60', 'first 70', 'second 57', 'second 90']);
  idle.leave();
});

test('when one has failed, nobody goes on', async () => {
  const pace = new Pace();
  const [first, second] = [pace.enter(), pace.enter()];
  await second.reach(0);
  const waiting = first.reach(50 * MB).catch((error) => error.code);
  pace.stop();
  assert.is(await waiting, 'CANCELLED');
  assert.is(await second.reach(0).then(String, (error) => error.code), 'CANCELLED');
});

test.run();
