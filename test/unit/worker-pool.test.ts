/** The pool with threads that are small programs of the test's own: who gets which unit when, and who hears of what. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { UnitEvents } from '../../core/engine/unit-events.ts';
import type { WrittenWork } from '../../core/engine/unit-parts.ts';
import { UnitQueue } from '../../core/engine/unit-queue.ts';
import { type PoolTitle, WorkerPool } from '../../core/engine/worker-pool.ts';
import { testRun } from '../helpers/titles/ask.ts';
import { failureOf } from '../helpers/titles/package.ts';

const test = suite('worker pool');

/**
 * A thread that writes nothing: of a title whose data is `dies` or `fails` each unit does so; one named `waits` takes for ever.
 * Results say which thread it was, what it was told of the title, and which titles it knows.
 */
const THREAD = `
  import { parentPort, threadId } from 'node:worker_threads';
  const titles = new Map();
  parentPort.on('message', ({ type, title, data, works }) => {
    if (type === 'load') titles.set(title, data);
    if (type === 'over') titles.delete(title);
    if (type !== 'units' || works[0].unit.id === 'waits') return;
    if (titles.get(title) === 'dies') process.exit(9);
    if (titles.get(title) === 'fails') {
      const error = { code: 'UNEXPECTED', exit: 1, message: 'it fails' };
      parentPort.postMessage({ type: 'failed', title, error });
      return;
    }
    parentPort.postMessage({ type: 'warning', title: title + 1, message: 'of another title' });
    const result = { thread: threadId, data: titles.get(title), knows: [...titles.keys()] };
    parentPort.postMessage({ type: 'done', title, result: [result] });
  });
`;
const entry = `data:text/javascript,${encodeURIComponent(THREAD)}`;

const work = (id: string) =>
  ({ mode: 'm', unit: { id, input: 0, tracks: [], bytes: 1 } }) as unknown as WrittenWork;

function enter(pool: WorkerPool, data: unknown): PoolTitle {
  const title = pool.enter();
  title.data = data;
  pool.load(title);
  return title;
}

interface Answer {
  readonly thread: number;
  readonly data: unknown;
  readonly knows: readonly number[];
}

/** Have units written; what the thread answers, and in `log` when each was begun and done. */
async function write(
  pool: WorkerPool,
  title: PoolTitle,
  ids: readonly string[],
  { log = [], run = testRun() }: { log?: string[]; run?: ReturnType<typeof testRun> } = {},
): Promise<readonly Answer[]> {
  const events: UnitEvents = {
    start: (index) => void log.push(`+${ids[index]}`),
    progress: () => {},
    end: (index) => void log.push(`-${ids[index]}`),
  };
  const alone = { works: ids.map(work), groups: ids.map((_, index) => [index]) };
  return (await pool.execute(title, run, alone, events)) as unknown as readonly Answer[];
}

async function withPool(threads: number, use: (pool: WorkerPool) => Promise<void>): Promise<void> {
  const pool = new WorkerPool({ entry, threads });
  try {
    await use(pool);
  } finally {
    await pool.close();
  }
}

test('units wait title by title, in the order of their places; those of a title that may have no more are passed over', () => {
  const queue = new UnitQueue<string>();
  const all = () => true;
  queue.add(3, ['c1']);
  queue.add(1, ['a1', 'a2']);
  queue.add(2, ['b1', 'b2']);
  queue.add(4, []);
  assert.is(queue.take(all), 'a1');
  assert.is(
    queue.take((place) => place !== 1),
    'b1',
  );
  assert.equal(queue.remove(2), ['b2']);
  assert.equal(queue.remove(2), []);
  assert.not(queue.has((place) => place > 3));
  assert.equal([queue.take(all), queue.take(all), queue.take(all)], ['a2', 'c1', undefined]);
  assert.not(queue.has(all));
});

test('one thread serves two titles: each is written with its own plugins, the first one first', () =>
  withPool(1, async (pool) => {
    const [one, two] = [enter(pool, 'one'), enter(pool, 'two')];
    const log: string[] = [];
    // The second has got farther, and the thread has begun with it.
    const second = write(pool, two, ['b1', 'b2'], { log });
    const first = write(pool, one, ['a1', 'a2'], { log });
    const answers = [...(await first), ...(await second)];
    assert.equal(
      answers.map(({ data }) => data),
      ['one', 'one', 'two', 'two'],
    );
    assert.is(new Set(answers.map(({ thread }) => thread)).size, 1);
    assert.equal(log, ['+b1', '-b1', '+a1', '-a1', '+a2', '-a2', '+b2', '-b2']);
  }));

test('a title that is over is forgotten by the threads', () =>
  withPool(1, async (pool) => {
    const [one, two] = [enter(pool, 'one'), enter(pool, 'two')];
    const [before] = await write(pool, one, ['a']);
    await pool.leave(one);
    const [after] = await write(pool, two, ['b']);
    assert.equal([before!.knows, after!.knows], [[0, 1], [1]]);
    assert.is(before!.thread, after!.thread);
  }));

test('what cannot go to a thread is told as that, each time', () =>
  withPool(1, async (pool) => {
    await write(pool, enter(pool, 'one'), ['a']);
    const title = pool.enter();
    title.data = () => undefined;
    for (let time = 0; time < 2; time++) {
      const answer = await write(pool, title, ['b']).catch((error: unknown) => error);
      assert.match(String(answer), /could not be cloned/);
    }
  }));

test('a title has no more units at work than it may', () =>
  withPool(2, async (pool) => {
    const title = enter(pool, 'one');
    title.atMost = 1;
    const log: string[] = [];
    await write(pool, title, ['a', 'b', 'c'], { log });
    assert.equal(log, ['+a', '-a', '+b', '-b', '+c', '-c']);
  }));

test('a failed title takes its own units out, those at work too; the others go on', () =>
  withPool(2, async (pool) => {
    const [one, two] = [enter(pool, 'fails'), enter(pool, 'two')];
    const log: string[] = [];
    const failing = failureOf(write(pool, one, ['waits', 'a', 'c', 'd'], { log }));
    const second = write(pool, two, ['b1', 'b2', 'b3'], { log });
    assert.is((await failing).message, 'it fails');
    await pool.leave(one);
    const answers = await second;
    assert.is(answers.length, 3);
    assert.not(log.includes('+c'));
    const third = await write(pool, enter(pool, 'three'), ['x', 'y']);
    assert.is(third.length, 2);
    assert.is(pool.size, 2); // the one that was stopped has been replaced
  }));

test('a thread that dies fails the title whose unit it had, and is replaced', () =>
  withPool(1, async (pool) => {
    const [one, two] = [enter(pool, 'dies'), enter(pool, 'two')];
    const dying = failureOf(write(pool, one, ['a', 'b']));
    const second = write(pool, two, ['c']);
    const error = await dying;
    assert.is(error.code, 'WORKER_DIED');
    assert.match(error.message, 'The worker that was writing m a died: it exited with status 9');
    await pool.leave(one);
    assert.equal(
      (await second).map(({ data }) => data),
      ['two'],
    );
  }));

test('a cancelled title ends at once, whatever its threads do; the others go on', () =>
  withPool(1, async (pool) => {
    const [one, two] = [enter(pool, 'one'), enter(pool, 'two')];
    const controller = new AbortController();
    const run = testRun('film.mp4', controller.signal);
    const waiting = failureOf(write(pool, one, ['waits', 'a'], { run }));
    const second = write(pool, two, ['b']);
    controller.abort();
    assert.is((await waiting).code, 'CANCELLED');
    await pool.leave(one);
    assert.is((await second)[0]!.data, 'two');
  }));

test('a warning is told to the title that it is about', () =>
  withPool(1, async (pool) => {
    const [one, two] = [enter(pool, 'one'), enter(pool, 'two')];
    const runs = [testRun(), testRun()];
    await write(pool, one, ['a'], { run: runs[0]! });
    await write(pool, two, ['b'], { run: runs[1]! });
    assert.equal([runs[0]!.warnings, runs[1]!.warnings], [[], []]);
  }));

test('a pool that is closed lets nobody wait', async () => {
  const pool = new WorkerPool({ entry, threads: 1 });
  const one = enter(pool, 'one');
  const failing = failureOf(write(pool, one, ['waits', 'a']));
  await pool.close();
  assert.ok(await failing);
  assert.throws(() => pool.enter(), /closed/);
  // A title that was looking at its inputs all the while.
  const late = await write(pool, one, ['b']).catch((error: Error) => error);
  assert.match(String(late), /closed/);
});

test('a pool has a whole number of threads; one without any says so, and one that is closed', async () => {
  for (const threads of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '2' as unknown as number]) {
    const error = await failureOf((async () => new WorkerPool({ entry, threads }))());
    assert.is(error.code, 'INVALID_OPTION');
    assert.match(error.message, 'expected a whole number, 0 or more');
  }
  const none = new WorkerPool({ entry, threads: 0 });
  const title = none.enter();
  assert.match((await failureOf(write(none, title, ['a']))).message, 'died: its pool has no threads.');
  await none.close();
  assert.is((await failureOf(write(none, title, ['a']))).code, 'INVALID_OPTION');
});

test('threads that the system does not give are told, and done without', () => {
  // Like a limit of processes, this shows while the thread is being made.
  const pool = new WorkerPool({ entry: 'nothing:here', threads: 2 });
  assert.is(pool.size, 0);
  assert.match(pool.shortage!, /^0 of 2 worker threads could be started/);
  assert.match(pool.shortage!, 'ulimit -u');
});

test.run();
