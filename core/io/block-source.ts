import { fail } from '../base/errors.ts';
import type { ByteSource } from './byte-source.ts';
import { fillerOf } from './filler.ts';

/** Bytes of one question: large enough that its way there and back does not count. */
const BLOCK_BYTES = 2 * 2 ** 20;
/** Blocks of one read that are asked for at a time, and those ahead of who reads front to back. */
const AT_ONCE = 4;
const AHEAD = 2;
/** Blocks that are kept: so much memory, whatever the length of the input. */
const MOST_BLOCKS = 8;

/** An input that is far away. */
export interface BlockSourceOptions extends Pick<ByteSource, 'name' | 'size'> {
  /**
   * Fill memory with what lies from `position` on, all of which the input has. Several questions may be open at once.
   * @param signal aborts when the source is closed
   */
  fill(position: number, into: Uint8Array, signal: AbortSignal): Promise<void>;
}

/**
 * What readers see of an input whose bytes come over a network: it is asked for in blocks, several at once, ahead of who reads front
 * to back; small pieces that lie together take one question. For `InputSource.open`.
 */
export const blockSource = (options: BlockSourceOptions): ByteSource => new BlockSource(options);

class BlockSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly #fill: BlockSourceOptions['fill'];
  /** By number, those used last at the end. */
  readonly #blocks = new Map<number, Promise<Uint8Array>>();
  readonly #end = new AbortController();
  /** Where the last read ended. */
  #last = -1;

  constructor({ name, size, fill }: BlockSourceOptions) {
    this.name = name;
    this.size = size;
    this.#fill = fill;
  }

  async read(position: number, targets: readonly Uint8Array[]): Promise<void> {
    const end = position + targets.reduce((sum, { length }) => sum + length, 0);
    if (end > this.size) {
      throw fail.inputNotReadable(
        this.name,
        `it ends at byte ${this.size}, in the middle of what was to be read.`,
        'It is cut short, or still being written: wait until it is complete.',
      );
    }
    if (end === position) return;
    const [first, last] = [position, end - 1].map((at) => Math.floor(at / BLOCK_BYTES)) as [number, number];
    const isOnward = first === this.#last || first === this.#last + 1;
    this.#last = last;
    const into = fillerOf(targets);
    for (let number = first; number <= last; number++) {
      const most = isOnward && number === last ? last + AHEAD : Math.min(last, number + AT_ONCE - 1);
      for (let next = number; next <= most && next * BLOCK_BYTES < this.size; next++) this.#block(next);
      const start = number * BLOCK_BYTES;
      const bytes = await this.#block(number);
      into(bytes.subarray(Math.max(0, position - start), end - start));
    }
  }

  /** It is asked for where it is not here, and is then the last to be let go of. */
  #block(number: number): Promise<Uint8Array> {
    const known = this.#blocks.get(number);
    this.#blocks.delete(number);
    const block = known ?? this.#ask(number);
    this.#blocks.set(number, block);
    if (this.#blocks.size > MOST_BLOCKS) this.#blocks.delete(this.#blocks.keys().next().value!);
    return block;
  }

  #ask(number: number): Promise<Uint8Array> {
    const start = number * BLOCK_BYTES;
    const bytes = new Uint8Array(Math.min(BLOCK_BYTES, this.size - start));
    const block = this.#fill(start, bytes, this.#end.signal).then(() => bytes);
    // Who reads it is told; nobody may be there any more, and the next to come may have better luck.
    block.catch(() => {
      if (this.#blocks.get(number) === block) this.#blocks.delete(number);
    });
    return block;
  }

  async close(): Promise<void> {
    this.#end.abort();
    this.#blocks.clear();
  }
}
