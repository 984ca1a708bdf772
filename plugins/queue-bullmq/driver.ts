import type { BackendFactory, IQueueBackend, Job, Processor, Queue, Worker, WorkerOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { EXIT, PackagerError } from '../../core/index.ts';
import type { QueuePlace } from './connection.ts';
import type { JobData, JobProgress, JobResult } from './job.ts';

export type TitleJob = Job<JobData, JobResult, string>;
export type TitleQueue = Queue<
  JobData,
  JobResult,
  string,
  JobData,
  JobResult,
  string,
  IQueueBackend,
  unknown
>;
export type TitleWorker = Worker<JobData, JobResult, string, IQueueBackend, JobProgress, unknown>;
export type TitleProcessor = Processor<JobData, JobResult, string, JobProgress>;

/** A queue that can be reached, with what further ones of the same kind are made of. */
export interface OpenQueue {
  readonly queue: TitleQueue;
  readonly bullmq: typeof import('bullmq');
  /** A worker of the same queue. It has not begun. */
  worker(processor: TitleProcessor, options: Omit<WorkerOptions<unknown>, 'connection'>): TitleWorker;
  /** Let go of it. */
  close(): Promise<void>;
}

type BullMq = typeof import('bullmq');

export interface OpenOptions {
  /** Told of what goes wrong between times: a connection that is lost is made again. */
  onError?(error: Error): void;
  /** How it is traced. */
  readonly telemetry?: WorkerOptions['telemetry'];
}

/** @throws PackagerError QUEUE_NOT_INSTALLED, or QUEUE_NOT_READY with why it cannot be reached */
export async function openQueue(
  place: QueuePlace,
  name: string,
  { onError = () => {}, telemetry }: OpenOptions = {},
): Promise<OpenQueue> {
  const bullmq = await optional('bullmq', place, () => import('bullmq'));
  const link =
    place.kind === 'redis' ? await redisLink(place, bullmq, onError) : await postgresLink(place, bullmq);
  const { connection, factory } = link;
  const traced = telemetry ? { telemetry } : {};
  const queue: TitleQueue = new bullmq.Queue(name, { connection, ...traced }, factory);
  queue.on('error', onError);
  try {
    await queue.waitUntilReady();
  } catch (cause) {
    await queue.close().catch(() => {});
    await link.close();
    throw notReady(place, cause);
  }
  return {
    queue,
    bullmq,
    worker: (processor, options) =>
      new bullmq.Worker<JobData, JobResult, string, IQueueBackend, JobProgress, unknown>(
        name,
        processor,
        { ...options, connection, ...traced },
        factory,
      ),
    async close() {
      await queue.close().catch(() => {});
      await link.close();
    },
  };
}

interface Link {
  readonly connection: unknown;
  readonly factory: BackendFactory<IQueueBackend, unknown>;
  close(): Promise<void>;
}

/** The client is ours: BullMQ would look for the package in a way that not every loader knows. */
async function redisLink(place: QueuePlace, bullmq: BullMq, onError: (error: Error) => void): Promise<Link> {
  const { Redis: Client } = await optional('ioredis', place, () => import('ioredis'));
  let isReady = false;
  const client: Redis = new Client(place.url, {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    // The first connection comes at once or not at all; one that is lost is made again for as long as it takes.
    retryStrategy: (times) => (isReady ? Math.min(times * 200, 5000) : null),
  });
  let last: Error | undefined;
  client.on('error', (error: Error) => {
    last = error;
    if (isReady) onError(error);
  });
  try {
    await client.connect();
    await client.ping();
    isReady = true;
  } catch (cause) {
    client.disconnect();
    throw notReady(place, last ?? cause);
  }
  return {
    connection: client,
    factory: (queue, options, more) =>
      bullmq.createRedisBackend(queue, { ...options, connection: client }, more),
    close: async () => client.disconnect(),
  };
}

async function postgresLink(place: QueuePlace, bullmq: BullMq): Promise<Link> {
  await optional('pg', place, () => import('pg' as string));
  return {
    connection: { connectionString: place.url },
    factory: (queue, options, more) =>
      bullmq.createPostgresBackend(queue, { ...options, connection: { connectionString: place.url } }, more),
    close: async () => {},
  };
}

/** Make the tables of BullMQ, or bring them up to date. */
export async function migratePostgres(place: QueuePlace): Promise<void> {
  const bullmq = await optional('bullmq', place, () => import('bullmq'));
  await optional('pg', place, () => import('pg' as string));
  const connection = new bullmq.PostgresConnection({ connectionString: place.url, migrate: true });
  connection.on('error', () => {});
  try {
    await connection.waitUntilReady();
  } catch (cause) {
    throw notReady(place, cause);
  } finally {
    await connection.close().catch(() => {});
  }
}

/** Load a package that only who has a queue needs to have. */
export async function optional<T>(
  name: string,
  { kind }: Pick<QueuePlace, 'kind'>,
  load: () => Promise<T>,
): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const { code, message = '' } = cause as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes(`'${name}'`)) throw cause;
    const packages = kind === 'redis' ? 'bullmq@6 ioredis' : 'bullmq@6 pg';
    throw new PackagerError({
      code: 'QUEUE_NOT_INSTALLED',
      exit: EXIT.usage,
      message: `The queue needs the package ${name}, which is not installed.`,
      hint: `Run: npm install ${name === 'bullmq-otel' ? 'bullmq-otel@2' : packages}`,
    });
  }
}

/** Messages of drivers name hosts and users at most; what may hold more is not quoted. */
function notReady({ shown, kind }: QueuePlace, cause: unknown): PackagerError {
  const { name, reason, hint } = explain(cause, kind);
  return new PackagerError(
    { code: name, exit: EXIT.failure, message: `The queue in ${shown} cannot be used: ${reason}.`, hint },
    { cause },
  );
}

function explain(cause: unknown, kind: QueuePlace['kind']): { name: string; reason: string; hint: string } {
  const { code = '', message = '', name } = (cause instanceof Error ? cause : {}) as NodeJS.ErrnoException;
  const lost = { name: 'QUEUE_NOT_READY', hint: 'Check host and port, and that the server is running.' };
  if (name === 'SchemaMigrationRequiredError')
    return {
      name: 'QUEUE_NOT_READY',
      reason: 'it has no tables yet',
      hint: 'Run `sealpack jobs migrate` once, as a user who may make a schema.',
    };
  if (name === 'SchemaVersionMismatchError' || name === 'UnsupportedPostgresVersionError')
    return { name: 'QUEUE_NOT_READY', reason: 'its version does not go with this BullMQ', hint: message };
  if (/NOAUTH|WRONGPASS|NOPERM/.test(message) || /^28/.test(code) || /SASL/.test(message))
    return {
      name: 'QUEUE_NOT_READY',
      reason: 'it takes neither this user nor this password',
      hint: 'Set SEALPACK_QUEUE_URL to the URL with both.',
    };
  if (code === 'ECONNREFUSED') return { ...lost, reason: 'the connection was refused' };
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return { ...lost, reason: 'its host is not known' };
  const what = code || name || 'no answer';
  return { ...lost, reason: `${kind === 'redis' ? 'Redis' : 'PostgreSQL'} says ${what}` };
}
