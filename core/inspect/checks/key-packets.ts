import { GrowingDoubles } from '../../base/growing-column.ts';
import { FileNames } from './file-names.ts';

/** The same as plain data, to cross threads. */
export interface PlainPackets {
  readonly files: readonly string[];
  readonly numbers: Float64Array;
}

type KeyPacket = readonly [file: string, position: number, next: number, time: number];

/** Where the packets of key frames lie in files of MPEG-TS, in columns. */
export class KeyPackets {
  readonly #files: FileNames;
  readonly #numbers: GrowingDoubles;

  constructor({ files, numbers }: Partial<PlainPackets> = {}) {
    this.#files = new FileNames(files);
    this.#numbers = new GrowingDoubles(numbers);
  }

  plain(): PlainPackets {
    return { files: this.#files.plain(), numbers: this.#numbers.filled() };
  }

  /** @param next where the sample behind it begins @param time of presentation, in ticks of the track */
  add(file: string, position: number, next: number, time: number): void {
    for (const value of [this.#files.numberOf(file), position, next, time]) this.#numbers.push(value);
  }

  get length(): number {
    return this.#numbers.length / 4;
  }

  *[Symbol.iterator](): Generator<KeyPacket, void> {
    for (let at = 0; at < this.#numbers.length; at += 4) {
      const [name, position, next, time] = this.#numbers.values.subarray(at, at + 4);
      yield [this.#files.at(name!), position!, next!, time!];
    }
  }
}
