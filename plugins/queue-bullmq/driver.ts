import { Socket } from 'node:net';
import type { BackendFactory, IQueueBackend, Job, Processor, Queue, Worker, WorkerOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { EXIT, PackagerError } from '../../core/index.ts';
import type { QueuePlace } from './connection.ts';
import { notReady, SILENCE } from './failures.ts';
import type { JobData, JobProgress, JobResult } from './job.ts';
import { within } from './within.ts';

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
  /** What went wrong with its connection last. */
  trouble(): unknown;
  /** Let go of it, whether its server answers or not. */
  close(): Promise<void>;
}

type BullMq = typeof import('bullmq');

export interface OpenOptions {
  /** Told of what goes wrong between times: a connection that is lost is made again. */
  onError?(error: Error): void;
  /** How it is traced. */
  readonly telemetry?: WorkerOptions['telemetry'];
}

/** Milliseconds for a server to say the first word. */
const FIRST_ANSWER = 10_000;
/** Milliseconds for it to take leave. */
export const LAST_ANSWER = 2000;

/** @throws PackagerError QUEUE_NOT_INSTALLED, or QUEUE_NOT_READY with why it cannot be reached */
export async function openQueue(
  place: QueuePlace,
  name: string,
  { onError = () => {}, telemetry }: OpenOptions = {},
): Promise<OpenQueue> {
  const bullmq = await optional('bullmq', place, () => import('bullmq'));
  let trouble: unknown;
  const note = (error: Error): void => {
    trouble = error;
    onError(error);
  };
  const link =
    place.kind === 'redis' ? await redisLink(place, bullmq, note) : await postgresLink(place, bullmq);
  const { connection, factory } = link;
  const traced = telemetry ? { telemetry } : {};
  const queue: TitleQueue = new bullmq.Queue(name, { connection, ...traced }, factory);
  queue.on('error', note);
  const close = async (): Promise<void> => {
    await within(
      LAST_ANSWER,
      queue.close().catch(() => {}),
    );
    await within(LAST_ANSWER, link.close());
    link.cut();
  };
  try {
    await orSilence(queue.waitUntilReady());
  } catch (cause) {
    await close();
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
    trouble: () => trouble,
    close,
  };
}

async function orSilence<T>(answer: Promise<T>): Promise<T> {
  const late = Symbol('late');
  const first = await within(FIRST_ANSWER, answer, late);
  if (first === late) throw SILENCE;
  return first as T;
}

interface Link {
  readonly connection: unknown;
  readonly factory: BackendFactory<IQueueBackend, unknown>;
  close(): Promise<void>;
  /** Without a word: what is left would keep the process alive. */
  cut(): void;
}

/** The client is ours: BullMQ would look for the package in a way that not every loader knows. */
async function redisLink(place: QueuePlace, bullmq: BullMq, onError: (error: Error) => void): Promise<Link> {
  const { Redis: Client } = await optional('ioredis', place, () => import('ioredis'));
  let isReady = false;
  const client: Redis = new Client(place.url, {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    // The first connection comes at once or not at all; one that is lost is made again until somebody gives up.
    retryStrategy: (times) => (isReady ? Math.min(times * 200, 5000) : null),
  });
  let last: Error | undefined;
  client.on('error', (error: Error) => {
    last = error;
    if (isReady) onError(error);
  });
  try {
    await orSilence(client.connect().then(() => client.ping()));
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
    cut: () => {},
  };
}

async function postgresLink(place: QueuePlace, bullmq: BullMq): Promise<Link> {
  const { connection, cut } = await postgresConnection(place);
  return {
    connection,
    factory: (queue, options, more) => bullmq.createPostgresBackend(queue, { ...options, connection }, more),
    close: async () => {},
    cut,
  };
}

/** What the driver is given. Its sockets are ours: it would wait for a server that does not take leave. */
async function postgresConnection(place: QueuePlace) {
  await optional('pg', place, () => import('pg' as string));
  const sockets = new Set<Socket>();
  const stream = (): Socket => {
    const socket = new Socket();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };
  return {
    connection: { connectionString: place.url, connectionTimeoutMillis: FIRST_ANSWER, stream },
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Make the tables of BullMQ, or bring them up to date. */
export async function migratePostgres(place: QueuePlace): Promise<void> {
  const bullmq = await optional('bullmq', place, () => import('bullmq'));
  const { connection: config, cut } = await postgresConnection(place);
  const connection = new bullmq.PostgresConnection({ ...config, migrate: true });
  connection.on('error', () => {});
  try {
    await connection.waitUntilReady();
  } catch (cause) {
    throw notReady(place, cause);
  } finally {
    await within(
      LAST_ANSWER,
      connection.close().catch(() => {}),
    );
    cut();
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
