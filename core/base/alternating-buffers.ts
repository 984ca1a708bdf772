import { keepForOthers, reusedMemory, spoil } from './reused-memory.ts';

/**
 * Two buffers in turn, for results that are still in use (being written) while the next one is made. Touching fresh
 * memory costs several times as much as writing to it again.
 */
export class AlternatingBuffers {
  #current: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #previous: Uint8Array<ArrayBuffer> = new Uint8Array(0);

  /** At least `bytes` bytes of any content: the memory of the call before last, if it suffices. */
  next(bytes: number): Uint8Array<ArrayBuffer> {
    const reused = this.#previous;
    spoil(reused);
    this.#previous = this.#current;
    if (reused.length >= bytes) this.#current = reused;
    else {
      keepForOthers(reused);
      this.#current = reusedMemory(bytes);
    }
    return this.#current;
  }

  /** Put a larger buffer, for `bytes` bytes, in the place of the last one; its content is copied. */
  grow(bytes: number): Uint8Array<ArrayBuffer> {
    const larger = reusedMemory(bytes);
    larger.set(this.#current);
    keepForOthers(this.#current);
    this.#current = larger;
    return larger;
  }
}
