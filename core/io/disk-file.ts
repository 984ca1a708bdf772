import type { FileHandle } from 'node:fs/promises';
import { outputError } from './disk.ts';
import { type Gathered, GatheredWrites, SMALL_WRITE } from './gathered-writes.ts';
import type { OutputFile } from './output-tree.ts';
import type { TreeFile } from './store.ts';
import type { SyncQueue } from './sync-queue.ts';

/** Most parts that one `writev` takes (IOV_MAX of Linux). */
const MAX_PARTS = 1024;

/** When so much of a file is new, it is synced in passing, if nothing else is. */
const WORTH_A_SYNC = 32 * 2 ** 20;

/** What the system would say. */
const CLOSED = Object.assign(new Error('the file is closed'), { code: 'EBADF', syscall: 'write' });

/** The receipt of a file that a power cut leaves as it is; its name is still to be synced. */
export const SYNCED = 'synced';

/**
 * A file of an output tree on a disk. Small pieces are written several at a time; where there is a queue, it is synced while others are
 * written, and has a receipt if it was.
 */
export class DiskFile implements OutputFile, TreeFile {
  readonly path: string;
  receipt: typeof SYNCED | undefined;
  readonly #full: string;
  readonly #handle: FileHandle;
  readonly #queue: SyncQueue | undefined;
  readonly #small = new GatheredWrites();
  #position = 0;
  /** Bytes since the last sync. */
  #unsynced = 0;
  /** Writes that have not ended. */
  #writing = 0;
  /** Nothing may be written any more. */
  #isEnding = false;
  #isClosed = false;
  /** At this moment. */
  #syncing: Promise<void> | undefined;
  /** What was asked of the queue last. */
  #queued: Promise<void> | undefined;
  /** Why a sync has failed. The system says that once, whoever asks again. */
  #failure: { readonly cause: unknown } | undefined;

  constructor(path: string, full: string, handle: FileHandle, queue: SyncQueue | undefined) {
    this.path = path;
    this.#full = full;
    this.#handle = handle;
    this.#queue = queue;
  }

  get position(): number {
    return this.#position;
  }

  reserve(bytes: number): void {
    this.#requireOpen();
    this.#position += bytes;
  }

  async append(parts: readonly Uint8Array[]): Promise<void> {
    this.#requireOpen();
    const from = this.#position;
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    this.#position += bytes;
    if (bytes > SMALL_WRITE) await this.#write(from, parts);
    else await this.#writeGathered(this.#small.add(from, parts, bytes));
  }

  async writeAt(position: number, bytes: Uint8Array): Promise<void> {
    this.#requireOpen();
    await this.#write(position, [bytes]);
  }

  async close(): Promise<void> {
    this.#requireSynced();
    if (this.#isEnding) return;
    if (this.#writing > 0) throw new RangeError(`${this.path} is closed while it is being written`);
    this.#isEnding = true;
    await this.#writeGathered(this.#small.take());
    if (this.#queue && !this.#queue.isFull) this.#enqueue(this.#queue, () => this.#end());
    else await this.#shut();
  }

  /**
   * When it is closed. What still waits to be synced does so no longer: whoever publishes syncs several at a time.
   * @throws PackagerError, as `outputError` answers; RangeError when nobody has closed it
   */
  async settled(): Promise<void> {
    if (!this.#isEnding) throw new RangeError(`${this.path} was never closed`);
    const isWaiting = !this.#isClosed && this.#syncing === undefined;
    await (isWaiting ? this.#shut() : this.#queued);
    this.#requireSynced();
  }

  /** Waits until a sync that has begun is over; what waits for its turn is not synced any more. */
  async abandon(): Promise<void> {
    this.#isEnding = true;
    await this.#syncing;
    this.#small.take()?.release();
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#handle.close();
  }

  async #shut(): Promise<void> {
    try {
      await this.abandon();
    } catch (cause) {
      throw outputError(this.#full, cause); // some network file systems tell here what did not get through
    }
  }

  /** @throws PackagerError, as `outputError` answers: a disk may be full for what it had taken before */
  #requireSynced(): void {
    if (this.#failure) throw outputError(this.#full, this.#failure.cause);
  }

  /** @throws PackagerError OUTPUT_NOT_WRITABLE when it is closed, and as `outputError` answers */
  #requireOpen(): void {
    this.#requireSynced();
    if (this.#isEnding) throw outputError(this.#full, CLOSED);
  }

  #enqueue(queue: SyncQueue, work: () => Promise<void>): void {
    this.#queued = queue.add(async () => {
      if (this.#isClosed) return;
      try {
        await work();
      } catch (cause) {
        this.#failure ??= { cause };
      }
    });
  }

  async #end(): Promise<void> {
    await this.#sync();
    await this.#shut();
    this.receipt = SYNCED;
  }

  async #sync(): Promise<void> {
    this.#unsynced = 0;
    const syncing = this.#handle.datasync();
    this.#syncing = syncing
      .catch(() => {})
      .finally(() => {
        this.#syncing = undefined;
      });
    await syncing;
  }

  async #writeGathered(gathered: Gathered | undefined): Promise<void> {
    if (!gathered) return;
    await this.#write(gathered.position, [gathered.bytes]);
    gathered.release();
  }

  /** The system may take fewer bytes than it is given: go on until all are written. */
  async #write(position: number, parts: readonly Uint8Array[]): Promise<void> {
    let at = position;
    let rest = parts.filter((part) => part.length > 0);
    this.#writing += 1;
    try {
      while (rest.length > 0) {
        const { bytesWritten } = await this.#handle.writev(rest.slice(0, MAX_PARTS), at);
        at += bytesWritten;
        rest = skip(rest, bytesWritten);
      }
    } catch (cause) {
      throw outputError(this.#full, cause);
    } finally {
      this.#writing -= 1;
    }
    this.#unsynced += at - position;
    if (this.#queue?.isIdle && this.#unsynced >= WORTH_A_SYNC) this.#enqueue(this.#queue, () => this.#sync());
  }
}

/** What remains of the parts after their first `bytes` bytes. */
function skip(parts: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let left = bytes;
  const whole = parts.findIndex((part) => {
    if (part.length > left) return true;
    left -= part.length;
    return false;
  });
  if (whole === -1) return [];
  return [parts[whole]!.subarray(left), ...parts.slice(whole + 1)];
}
