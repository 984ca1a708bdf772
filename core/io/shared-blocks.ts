/** Bytes of one question: large enough that its way there and back does not count. */
const BLOCK_BYTES = 2 * 2 ** 20;
/** Blocks that are kept for each reader: so much memory, whatever the length of the input. */
const MOST_BLOCKS = 8;
/** What is looked at here and there is asked for in less: a header in every block would else bring all of them. */
const PIECE_BYTES = 64 * 1024;
const MOST_PIECES = 64;

/** Ask for bytes of an input, all of which it has. */
export type Fill = (position: number, into: Uint8Array) => Promise<void>;

/** Parts of one size of an input, by number: those used last are kept, and what somebody asks for already is waited for. */
export class Parts {
  /** Of each but the last. */
  readonly bytes: number;
  /** How many are kept. */
  most: number;
  readonly #size: number;
  /** Those used last at the end. */
  readonly #parts = new Map<number, { readonly content: Promise<Uint8Array>; readonly fill: Fill }>();

  /** @param size of the input */
  constructor(size: number, bytes: number, most: number) {
    this.#size = size;
    this.bytes = bytes;
    this.most = most;
  }

  has(number: number): boolean {
    return this.#parts.has(number);
  }

  /**
   * A part, asked for where nobody has. What another reader asked for and did not get, this one asks for himself: the fault may be
   * his alone.
   */
  async take(number: number, fill: Fill): Promise<Uint8Array> {
    for (;;) {
      const part = this.#parts.get(number) ?? this.#ask(number, fill);
      this.#parts.delete(number);
      this.#parts.set(number, part);
      // Where readers have left, there are more than one too many.
      while (this.#parts.size > this.most) this.#parts.delete(this.#parts.keys().next().value!);
      try {
        return await part.content;
      } catch (cause) {
        if (this.#parts.get(number) === part) this.#parts.delete(number);
        if (part.fill === fill) throw cause;
      }
    }
  }

  clear(): void {
    this.#parts.clear();
  }

  #ask(number: number, fill: Fill): { content: Promise<Uint8Array>; fill: Fill } {
    const start = number * this.bytes;
    const bytes = new Uint8Array(Math.min(this.bytes, this.#size - start));
    return { content: fill(start, bytes).then(() => bytes), fill };
  }
}

/** What the readers of one input in this thread have of it. */
export class SharedBlocks {
  readonly blocks: Parts;
  readonly pieces: Parts;
  #readers = 0;

  private constructor(size: number) {
    this.blocks = new Parts(size, BLOCK_BYTES, 0);
    this.pieces = new Parts(size, PIECE_BYTES, MOST_PIECES);
  }

  /** @param key equal for what is the same bytes; `undefined`: nobody knows */
  static open(key: string | undefined, size: number): SharedBlocks {
    const shared = (key !== undefined && opened.get(key)) || new SharedBlocks(size);
    if (key !== undefined) opened.set(key, shared);
    shared.#count(1);
    return shared;
  }

  /** A reader is closed. The last one lets go of all. */
  leave(key: string | undefined): void {
    this.#count(-1);
    if (this.#readers > 0) return;
    if (key !== undefined) opened.delete(key);
    this.blocks.clear();
    this.pieces.clear();
  }

  #count(change: 1 | -1): void {
    this.#readers += change;
    this.blocks.most = MOST_BLOCKS * this.#readers;
  }
}

/** Of this thread. */
const opened = new Map<string, SharedBlocks>();
