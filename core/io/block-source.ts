import { underAny } from '../base/under-any.ts';
import type { ByteSource } from './byte-source.ts';
import { inputEnded } from './ended.ts';
import { fillerOf } from './filler.ts';
import { type Fill, type Parts, SharedBlocks } from './shared-blocks.ts';

/** Blocks of one read that are asked for at a time, and those ahead of who reads front to back. */
const AT_ONCE = 4;
const AHEAD = 2;
/** A longer read takes blocks. */
const LARGEST_LOOK = 256 * 1024;
/** So does who has read so many bytes front to back: headers are looked at here and there, some pictures in a row. */
const LONGEST_LOOK = 2 ** 20;
/** Bytes that may be stepped over by who reads front to back. */
const LARGEST_STEP = 512 * 1024;
/** Readers of one source, of a track each, that are told apart. */
const MOST_LANES = 16;

/** What one of several readers has read in a row. */
interface Lane {
  readonly start: number;
  readonly end: number;
}

/** An input that is far away. */
export interface BlockSourceOptions extends Pick<ByteSource, 'name' | 'size'> {
  /**
   * Which bytes they are, as `InputSource.look` says it: readers of one name and identity in one thread share what they have asked
   * for. Absent: each asks for himself.
   */
  readonly identity?: string;
  /** Whoever reads has cancelled. @default nobody does */
  readonly signal?: AbortSignal;
  /**
   * Fill memory with what lies from `position` on, all of which the input has. Several questions may be open at once.
   * @param signal aborts when the source is closed, or who reads has cancelled
   */
  fill(position: number, into: Uint8Array, signal: AbortSignal): Promise<void>;
}

/**
 * What readers see of an input whose bytes come over a network: it is asked for in blocks, several at once, ahead of who reads front
 * to back; small pieces that lie together take one question, and those that lie far apart no blocks. For `InputSource.open`.
 */
export const blockSource = (options: BlockSourceOptions): ByteSource => new BlockSource(options);

class BlockSource implements ByteSource {
  readonly name: string;
  readonly size: number;
  readonly #fill: Fill;
  readonly #key: string | undefined;
  readonly #shared: SharedBlocks;
  readonly #end = new AbortController();
  /** The one that read last is at the end. */
  #lanes: readonly Lane[] = [];

  constructor({ name, size, identity, signal, fill }: BlockSourceOptions) {
    this.name = name;
    this.size = size;
    const signals = signal ? [signal, this.#end.signal] : [this.#end.signal];
    this.#fill = (position, into) => underAny(signals, (either) => fill(position, into, either));
    this.#key = identity === undefined ? undefined : JSON.stringify([name, size, identity]);
    this.#shared = SharedBlocks.open(this.#key, size);
  }

  async read(position: number, targets: readonly Uint8Array[]): Promise<void> {
    const length = targets.reduce((sum, target) => sum + target.length, 0);
    const end = position + length;
    if (end > this.size) throw inputEnded(this.name, this.size);
    if (length === 0) return;
    const { blocks, pieces } = this.#shared;
    const run = end - this.#laneOf(position, end).start;
    const ahead = run > blocks.bytes ? AHEAD : 0;
    if (length > LARGEST_LOOK || run > LONGEST_LOOK) return this.#take(blocks, position, targets, ahead);
    const isHere = [position, end - 1].every((at) => blocks.has(Math.floor(at / blocks.bytes)));
    return this.#take(isHere ? blocks : pieces, position, targets, 0);
  }

  async close(): Promise<void> {
    if (this.#end.signal.aborted) return;
    this.#end.abort();
    this.#shared.leave(this.#key);
  }

  /** Who reads this goes on where one of the last reads ended, or begins. */
  #laneOf(position: number, end: number): Lane {
    const known = this.#lanes.find((lane) => position >= lane.end && position - lane.end <= LARGEST_STEP);
    const lane = { start: known?.start ?? position, end };
    this.#lanes = [...this.#lanes.filter((other) => other !== known), lane].slice(-MOST_LANES);
    return lane;
  }

  /** @param ahead parts that are asked for behind the last one */
  async #take(parts: Parts, position: number, targets: readonly Uint8Array[], ahead: number): Promise<void> {
    const end = position + targets.reduce((sum, { length }) => sum + length, 0);
    const [first, last] = [position, end - 1].map((at) => Math.floor(at / parts.bytes)) as [number, number];
    const into = fillerOf(targets);
    for (let number = first; number <= last; number++) {
      const most = number === last ? last + ahead : Math.min(last, number + AT_ONCE - 1);
      const part = parts.take(number, this.#fill);
      for (let next = number + 1; next <= most && next * parts.bytes < this.size; next++)
        // Who reads it is told; nobody may be there any more, and the next to come may have better luck.
        parts.take(next, this.#fill).catch(() => undefined);
      const start = number * parts.bytes;
      const bytes = await part;
      into(bytes.subarray(Math.max(0, position - start), end - start));
    }
  }
}
