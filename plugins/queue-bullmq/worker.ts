import { availableParallelism } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { type ExtensionSurroundings, loadTemplate, wholeNumber } from '../../core/cli/executable.ts';
import { EXIT, resolveConfig, WorkerPool } from '../../core/index.ts';
import { type QueuePlace, queuePlace } from './connection.ts';
import { LAST_ANSWER, type OpenQueue, openQueue } from './driver.ts';
import { farewell } from './farewell.ts';
import { Leases } from './leases.ts';
import { Metrics } from './metrics.ts';
import { metricsAddress, serveMetrics } from './metrics-server.ts';
import type { Workshop } from './package-row.ts';
import { titleProcessor } from './process-title.ts';
import { telemetryOf } from './telemetry.ts';
import { unlessAborted } from './unless-aborted.ts';
import { within } from './within.ts';
import { type WorkerLog, workerLog } from './worker-log.ts';

/** The options of `sealpack worker`. */
export interface WorkerFlags {
  readonly config?: string;
  readonly preset?: string;
  readonly threads?: string;
  readonly concurrency?: string;
  readonly connection?: string;
  readonly queue: string;
  readonly lock: string;
  readonly drain: string;
  readonly untilEmpty?: true;
  readonly metrics?: string;
  readonly otel?: true;
  readonly json?: true;
}

/** Times that a title may take its worker with it, before it is held for the reason. */
const MOST_STALLS = 5;
/** Milliseconds between looks at what somebody else wants: a cancelled title, an empty queue. */
const LOOK = 1000;

/**
 * Package titles of a queue until the shell's signal, or the end of the queue.
 * @returns the exit status, as `workStatus` answers it
 * @throws PackagerError before the first
 */
export async function work(flags: WorkerFlags, surroundings: ExtensionSurroundings): Promise<number> {
  const { shell } = surroundings;
  const place = queuePlace(flags, shell.env);
  const concurrency = wholeNumber('--concurrency', flags.concurrency, [1, 64]) ?? 1;
  const threads = wholeNumber('--threads', flags.threads, [1, 64]) ?? availableParallelism();
  const lock = wholeNumber('--lock', flags.lock, [1, 3600])! * 1000;
  const drain = wholeNumber('--drain', flags.drain, [0, 86_400])! * 1000;
  const address = flags.metrics === undefined ? undefined : metricsAddress(flags.metrics);
  const log = workerLog(shell, flags.json === true);
  const workshop = await workshopOf(flags, surroundings, threads);
  const opened = await opensQueue(place, flags, log).catch(async (error: unknown) => {
    // Its threads would keep the process alive.
    await workshop.pool().close();
    throw error;
  });
  const metrics = new Metrics();
  const leases = new Leases(lock, shell.now);
  const worker = opened.worker(titleProcessor({ workshop, leases, metrics, log, bullmq: opened.bullmq }), {
    concurrency,
    autorun: false,
    lockDuration: lock,
    stalledInterval: lock / 2,
    maxStalledCount: MOST_STALLS,
  });
  worker.on('error', log.trouble);
  worker.on('stalled', (id) => log.takenBack(id));
  worker.on('lockRenewalFailed', (ids) => leases.letGo(ids, 'lost'));
  worker.on('locksRenewed', ({ jobIds }) => leases.renewed(jobIds));
  const watch = setInterval(() => leases.check(), lock / 4);
  const ended = new AbortController();
  const depth = () =>
    opened.queue.getJobCounts('waiting', 'prioritized', 'delayed', 'active', 'completed', 'failed');
  let server: Awaited<ReturnType<typeof serveMetrics>> | undefined;
  try {
    if (address)
      server = await serveMetrics(address, { metrics, depth, isReady: () => !ended.signal.aborted });
    await worker.waitUntilReady();
    worker.run().catch(log.trouble);
    log.ready({ queue: flags.queue, shown: place.shown, concurrency, threads, metrics: server?.port });
    await untilEnd({ opened, leases, signal: shell.signal, untilEmpty: flags.untilEmpty === true, depth });
    ended.abort();
    log.draining(leases.size);
    await farewell({ worker, leases, drain, depth });
    log.end(metrics);
    return workStatus(flags, metrics);
  } finally {
    clearInterval(watch);
    server?.close();
    // One that never came to its farewell has a connection of its own, which would keep the process alive.
    if (worker.closing === undefined) await within(LAST_ANSWER, worker.close(true));
    await within(LAST_ANSWER, workshop.pool().close());
    await opened.close();
    // So would what titles have that nobody waits for any more.
    if (leases.hasAbandoned) setTimeout(() => process.exit(), LAST_ANSWER).unref();
  }
}

/**
 * The exit status of a worker: a service that is ended has done what it should; of a batch (`--until-empty`) it is 1 when a title has
 * failed here for good.
 */
export const workStatus = ({ untilEmpty }: Pick<WorkerFlags, 'untilEmpty'>, metrics: Metrics): number =>
  untilEmpty && metrics.of('failed') > 0 ? EXIT.failure : 0;

async function opensQueue(
  place: QueuePlace,
  { otel, queue }: WorkerFlags,
  { trouble }: WorkerLog,
): Promise<OpenQueue> {
  const telemetry = otel ? await telemetryOf(place) : undefined;
  return openQueue(place, queue, { onError: trouble, ...(telemetry && { telemetry }) });
}

/** What lies under every title, loaded and checked once. */
async function workshopOf(
  { config, preset }: WorkerFlags,
  { shell, parts }: ExtensionSurroundings,
  threads: number,
): Promise<Workshop> {
  const composition = await parts();
  const { builtins, entry } = composition;
  const names = preset?.split(',').map((name) => name.trim());
  const template = await loadTemplate(
    { ...(config && { config }), ...(names && { preset: names }) },
    shell,
    composition,
  );
  const { base, overrides, path } = template;
  // What is wrong with it is said before the first title is taken.
  const { title } = resolveConfig(template.config, {
    builtins,
    base,
    cwd: shell.cwd,
    overrides,
    inputsOptional: true,
    ...(path && { where: path }),
  });
  // Placeholders are filled by rows.
  const contentId = title.contentId?.includes('{') ? undefined : title.contentId;
  const pool = new WorkerPool({ entry, threads });
  return { template, parts: composition, shell, contentId, pool: () => pool };
}

interface Waiting {
  readonly opened: OpenQueue;
  readonly leases: Leases;
  readonly signal: AbortSignal;
  readonly untilEmpty: boolean;
  depth(): Promise<Readonly<Record<string, number>>>;
}

/** Resolves when the worker is to end; until then looks for titles that somebody has cancelled. A queue that hangs holds up nothing. */
async function untilEnd({ opened, leases, signal, untilEmpty, depth }: Waiting): Promise<void> {
  const isOver = async (): Promise<boolean> => {
    await letCancelledGo(opened, leases);
    if (!untilEmpty || leases.size > 0) return false;
    const { waiting = 0, prioritized = 0, delayed = 0, active = 0 } = await depth();
    return waiting + prioritized + delayed + active === 0;
  };
  while (!signal.aborted) {
    // A queue that cannot be asked now says so elsewhere.
    if (
      await unlessAborted(
        isOver().catch(() => false),
        signal,
      )
    )
      return;
    await wait(LOOK, undefined, { signal }).catch(() => {});
  }
}

async function letCancelledGo({ queue }: OpenQueue, leases: Leases): Promise<void> {
  for (const id of leases.ids) {
    const job = await queue.getJob(id);
    if (!job || job.data.cancelled) leases.letGo([id], 'cancelled');
  }
}
