import { keepForOthers, reusedMemory } from '../base/reused-memory.ts';

/** More than this is written as it is. */
export const SMALL_WRITE = 2 ** 17;

/** So much is written at once. A file that is shorter takes the memory for it as well, which the next one uses again. */
const GATHERED = 2 ** 19;

/** Bytes that are to be written at a position. */
export interface Gathered {
  readonly position: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** They are written: their memory is used again. */
  release(): void;
}

/**
 * Copies small pieces of a file that follow each other into one: a segment of sound has some kilobytes, and each write, of however few,
 * wakes another thread and is waited for.
 */
export class GatheredWrites {
  #memory: Uint8Array<ArrayBuffer> | undefined;
  #position = 0;
  #length = 0;

  /** Take pieces in. @returns what has to be written, since they do not follow it or have no room behind it */
  add(position: number, parts: readonly Uint8Array[], bytes: number): Gathered | undefined {
    const isNext = position === this.#position + this.#length;
    const full = isNext && this.#length + bytes <= GATHERED ? undefined : this.take();
    if (!this.#memory) {
      this.#memory = reusedMemory(GATHERED);
      this.#position = position;
    }
    for (const part of parts) {
      this.#memory.set(part, this.#length);
      this.#length += part.length;
    }
    return full;
  }

  /** All that was taken in, and not written. */
  take(): Gathered | undefined {
    const memory = this.#memory;
    if (!memory) return undefined;
    const bytes = memory.subarray(0, this.#length);
    this.#memory = undefined;
    this.#length = 0;
    return { position: this.#position, bytes, release: () => keepForOthers(memory) };
  }
}
