import { spoil } from '../base/reused-memory.ts';
import type { ByteSource } from './byte-source.ts';

/** Bytes that are read at once. */
const WINDOW_BYTES = 64 * 1024;

/**
 * Small pieces of a source, wherever they are: headers that lie between payloads, front to back. What is near the last piece
 * is in memory already, so that a walk over millions of them takes few reads.
 */
export class ByteWindow {
  readonly #source: ByteSource;
  #bytes = Buffer.alloc(0);
  #from = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /**
   * The bytes at a position, as many as are asked for; fewer, or none, where the source ends.
   * They are valid until the next call: keep what they say, or `copyBytes` of them.
   */
  async at(position: number, length: number): Promise<Buffer> {
    const { size } = this.#source;
    const end = Math.min(position + length, size);
    if (position >= end) return Buffer.alloc(0);
    if (position < this.#from || end > this.#from + this.#bytes.length) {
      spoil(this.#bytes);
      const bytes = Buffer.allocUnsafeSlow(Math.min(Math.max(length, WINDOW_BYTES), size - position));
      await this.#source.read(position, [bytes]);
      this.#bytes = bytes;
      this.#from = position;
    }
    return this.#bytes.subarray(position - this.#from, end - this.#from);
  }
}
