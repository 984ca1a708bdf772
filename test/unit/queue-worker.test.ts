/** What a worker makes of a title whose output another run has, or has had, and of one that does not end: `npm run test:queue` has the servers. */
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PackagerError } from '../../core/base/errors.ts';
import type { Packager } from '../../core/contract/packager.ts';
import { Staging } from '../../core/io/staging/staging.ts';
import { farewell } from '../../plugins/queue-bullmq/farewell.ts';
import { Leases } from '../../plugins/queue-bullmq/leases.ts';
import { Metrics, type WorkOutcome } from '../../plugins/queue-bullmq/metrics.ts';
import { packageRow, type Workshop } from '../../plugins/queue-bullmq/package-row.ts';
import { titleProcessor } from '../../plugins/queue-bullmq/process-title.ts';
import type { WorkerLog } from '../../plugins/queue-bullmq/worker-log.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { StagingProcess } from '../helpers/commands/staging-world.ts';
import { workshopIn } from '../helpers/commands/workshop.ts';

const test = suite('queue worker');

class Delayed extends Error {}
class Final extends Error {}

/** A worker's processor, with a job as a queue would hand it. */
function workerIn(workshop: Workshop, row: object) {
  const leases = new Leases(60_000, () => 0);
  const outcomes: WorkOutcome[] = [];
  const metrics = new Metrics();
  const log = {
    begin: () => {},
    ended: ({ outcome }: { outcome: WorkOutcome }) => void outcomes.push(outcome),
  } as unknown as WorkerLog;
  const bullmq = { DelayedError: Delayed, UnrecoverableError: Final, WaitingError: Error } as never;
  const process = titleProcessor({ workshop, leases, metrics, log, bullmq });
  const delays: number[] = [];
  const stages: string[] = [];
  const job = {
    ...{ data: { name: 'film', row, beyond: {} }, id: 'one', opts: { attempts: 5 } },
    ...{ attemptsMade: 0, attemptsStarted: 1 },
    moveToDelayed: async (time: number) => void delays.push(time - Date.now()),
    moveToWait: async () => assert.unreachable(),
    updateProgress: async ({ stage }: { stage: string }) => void stages.push(stage),
  };
  const work = (counts: object = {}): Promise<unknown> =>
    Promise.resolve(process({ ...job, ...counts } as never, 'token')).catch((error: unknown) => error);
  return { work, leases, outcomes, delays, stages };
}

test('a title whose output a run of another machine has waits for that, which is no try; for half an hour', async () => {
  const folder = temporaryFolder('queue-busy');
  const output = join(folder, 'out');
  const row = { contentId: 'film', inputs: [join(folder, 'film.mp4')], output };
  const { work, outcomes, delays, stages } = workerIn(await workshopIn(folder), row);
  const dead = new StagingProcess(1, () => 'elsewhere');
  const options = { overwrite: false, inputs: [], warn: assert.unreachable };
  const staging = await Staging.open(output, ['DASH_film_mp4'], options, dead.surroundings);

  // Six workers may die with it, and each time its output is held for two minutes and a half.
  for (const attemptsStarted of [1, 2, 60]) assert.instance(await work({ attemptsStarted }), Delayed);
  assert.equal(outcomes, ['put-back', 'put-back', 'put-back']);
  assert.is(stages.at(-1), 'waiting for its output');
  assert.ok(
    delays.every((delay) => delay > 10_000 && delay <= 15_000),
    String(delays),
  );
  const counted = await work({ attemptsStarted: 200 });
  assert.match((counted as Error).message, /^OUTPUT_BUSY: Another run is writing .*DASH_film_mp4/);
  assert.not.instance(counted, Final);
  assert.instance(await work({ attemptsStarted: 200, attemptsMade: 4 }), Final);
  assert.equal(outcomes.slice(3), ['retried', 'failed']);
  assert.is(delays.length, 3);

  await staging.discard();
  assert.is(((await work()) as { outcome: string }).outcome, 'published');
});

test('a title is there if its receipt says so: names that are there may be those of another film', async () => {
  const folder = temporaryFolder('queue-names');
  const workshop = await workshopIn(folder);
  for (const name of ['one', 'two']) {
    await mkdir(join(folder, name));
    await copyFile(join(folder, 'film.mp4'), join(folder, name, 'film.mp4'));
  }
  const work = (name: string) => {
    const row = { contentId: name, inputs: [join(folder, name, 'film.mp4')], output: join(folder, 'out') };
    const { signal } = new AbortController();
    return packageRow({ row, beyond: {} }, workshop, signal, () => {}).then(
      ({ outcome }) => outcome,
      (error: unknown) => (PackagerError.is(error) ? `${error.code}: ${error.hint}` : String(error)),
    );
  };
  assert.is(await work('one'), 'published');
  assert.is(await work('one'), 'already-published', 'as for a worker that takes over after the last file');
  assert.match(await work('two'), /^OUTPUT_EXISTS: Its receipt does not match \(it was made of .*one/);
  for (const name of await readdir(join(folder, 'out')))
    if (name.startsWith('.sealpack.')) await rm(join(folder, 'out', name));
  for (const name of ['one', 'two'])
    assert.match(
      await work(name),
      /^OUTPUT_EXISTS: No receipt says what it was made of: submit the title with --again --overwrite/,
    );
});

test('a worker that ends does not wait for a title that does not end, and puts it back for later', async () => {
  const folder = temporaryFolder('queue-hangs');
  let begun = (): void => {};
  const isBegun = new Promise<void>((resolve) => (begun = resolve));
  const hanging = {
    ...{ name: 'cid-hanging', options: {}, schema: { type: 'object' } },
    apply: ({ hooks }: Packager) =>
      hooks.resolveCid.tapPromise('cid-hanging', () => {
        begun();
        return new Promise<never>(() => {});
      }),
  };
  const row = { inputs: [join(folder, 'film.mp4')], output: join(folder, 'out') };
  const { work, leases, outcomes, delays } = workerIn(await workshopIn(folder, { plugins: [hanging] }), row);
  const ended = work();
  await isBegun;
  const worker = { close: async () => void (await ended) };
  await farewell({ worker, leases, drain: 10, unwind: 10, depth: async () => ({}) });
  assert.instance(await ended, Delayed);
  assert.equal(outcomes, ['handed-back']);
  assert.ok(delays[0]! > 10_000, 'not before this process has ended');
  assert.equal([leases.hasAbandoned, leases.size], [true, 0]);
});

test('a worker whose titles end in time leaves nothing behind', async () => {
  const leases = new Leases(60_000, () => 0);
  const lease = leases.take('one');
  const ended = new Promise<void>((resolve) => lease.signal.addEventListener('abort', () => resolve()));
  const worker = { close: () => ended.then(() => leases.end(lease)) };
  await farewell({ worker, leases, drain: 10, depth: async () => ({}) });
  assert.equal([lease.why, lease.abandoned.aborted, leases.hasAbandoned], ['handed-back', false, false]);
});

test.run();
