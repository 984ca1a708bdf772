import { setTimeout as wait } from 'node:timers/promises';
import { LAST_ANSWER, type TitleWorker } from './driver.ts';
import type { Leases } from './leases.ts';
import { within } from './within.ts';

/** Milliseconds for a queue to answer a worker that ends. */
const ANSWER = 5000;
/** Milliseconds for titles that were aborted to remove what they had written: a server that hangs would hold them, and their worker, for minutes. */
const UNWIND = 10_000;
/** Milliseconds between two looks whether titles have ended. */
const LOOK = 1000;

export interface Leaving {
  readonly worker: Pick<TitleWorker, 'close'>;
  readonly leases: Leases;
  /** Milliseconds until titles at work are let go. */
  readonly drain: number;
  /** Something that the queue answers. */
  depth(): Promise<unknown>;
  /** Milliseconds until those that were let go are left alone. */
  readonly unwind?: number;
}

/**
 * End a worker: its titles are finished, or handed back, or left alone. BullMQ would wait for all of them, and for a queue that does not
 * answer, which need not hear of it: locks run out.
 */
export async function farewell({ worker, leases, drain, depth, unwind = UNWIND }: Leaving): Promise<void> {
  const timers = [
    setTimeout(() => leases.letAllGo('handed-back'), drain),
    setTimeout(() => leases.abandonAll(), drain + unwind),
  ];
  try {
    const answers = depth().then(
      () => true,
      () => false,
    );
    if (await within(ANSWER, answers, false)) {
      const closed = worker.close().then(() => true);
      // It may be gone before it has heard of all titles.
      if (await within(drain + unwind + ANSWER, closed, false)) return;
    } else for (let left = drain; leases.size > 0 && left > 0; left -= LOOK) await wait(LOOK);
    leases.abandonAll();
    // Its sockets are cut with those of the queue.
    await within(LAST_ANSWER, worker.close(true));
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
}
