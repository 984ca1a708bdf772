/** Syncs that wait, and the one at work. The files of each are open: a few, since those of other threads and titles count as well. */
const MOST_QUEUED = 16;

/**
 * Syncs what was written while more is written: a disk takes longer for a title than packaging does, and would only begin when that is
 * over. One thing at a time: reads and writes need the other threads of Node's pool.
 */
export class SyncQueue {
  #last: Promise<void> = Promise.resolve();
  #length = 0;

  get isIdle(): boolean {
    return this.#length === 0;
  }

  /** The disk is slower than who writes: waiting for it would hold up everything, and more files would be open. */
  get isFull(): boolean {
    return this.#length >= MOST_QUEUED;
  }

  /** @returns when the work is over; rejects as it does */
  add(work: () => Promise<void>): Promise<void> {
    this.#length += 1;
    const over = this.#last.then(work).finally(() => {
      this.#length -= 1;
    });
    this.#last = over.catch(() => {}); // whoever has asked for it hears of it
    return over;
  }
}
