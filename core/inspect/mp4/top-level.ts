import { copyBytes } from '../../base/bytes.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import { ByteWindow } from '../../io/byte-window.ts';
import { DamageError } from '../model/damage-error.ts';
import { badSize, boxSize, fourCC, type Held } from './box.ts';
import type { BoxPlace } from './facts.ts';

/** The longest box that is read into memory as a whole, `mdat` never: tables of a day are some hundred megabytes. */
const MOST_BYTES = 2 ** 29;

/** A piece of a file that is whole boxes. */
export interface Stretch {
  readonly source: ByteSource;
  readonly from: number;
  readonly to: number;
}

/** Walks over the boxes of a piece of a file, and reads some of them. */
export class BoxWalk {
  readonly #stretch: Stretch;
  readonly #window: ByteWindow;

  constructor(stretch: Stretch) {
    this.#stretch = stretch;
    this.#window = new ByteWindow(stretch.source);
  }

  /**
   * The boxes in order. What is no box at its end is answered by the generator.
   * @throws DamageError for a box that is larger than the piece
   */
  async *boxes(): AsyncGenerator<BoxPlace, BoxPlace | undefined> {
    const { source, from, to } = this.#stretch;
    for (let position = from; position < to; ) {
      const room = to - position;
      const head = await this.#window.at(position, Math.min(16, room));
      if (head.length < 8) return { type: '', position, size: room };
      const size = boxSize(head, 0, room);
      const bytes = size.bytes === 0 ? room : size.bytes;
      if (bytes < size.header || bytes > room)
        throw new DamageError(source.name, position, badSize(head, 0, { ...size, bytes }, room));
      yield { type: fourCC(head, 4), position, size: bytes };
      position += bytes;
    }
    return undefined;
  }

  /** A box as a whole, valid until the next call. */
  async hold({ type, position, size }: BoxPlace): Promise<Held> {
    const { source } = this.#stretch;
    if (size > MOST_BYTES)
      throw new DamageError(
        source.name,
        position,
        `has a "${type}" of ${size} bytes, more than any file needs`,
      );
    const bytes = await this.#window.at(position, size);
    return { file: source.name, bytes, base: position };
  }

  /** The same, in memory of its own. */
  async keep(box: BoxPlace): Promise<Held> {
    const held = await this.hold(box);
    return { ...held, bytes: copyBytes(held.bytes) };
  }
}
