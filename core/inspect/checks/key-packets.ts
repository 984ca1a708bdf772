import { GrowingDoubles } from '../../base/growing-column.ts';

/** The same as plain data, to cross threads. */
export interface PlainPackets {
  readonly files: readonly string[];
  readonly numbers: Float64Array;
}

/** Where the packets of key frames lie in files of MPEG-TS, in columns. */
export class KeyPackets {
  readonly #files: string[];
  readonly #numbers: GrowingDoubles;

  constructor({ files, numbers }: Partial<PlainPackets> = {}) {
    this.#files = [...(files ?? [])];
    this.#numbers = new GrowingDoubles(numbers);
  }

  plain(): PlainPackets {
    return { files: this.#files, numbers: this.#numbers.filled() };
  }

  /** @param next where the sample behind it begins */
  add(file: string, position: number, next: number): void {
    let name = this.#files.lastIndexOf(file);
    if (name < 0) name = this.#files.push(file) - 1;
    for (const value of [name, position, next]) this.#numbers.push(value);
  }

  get length(): number {
    return this.#numbers.length / 3;
  }

  *[Symbol.iterator](): Generator<readonly [file: string, position: number, next: number], void> {
    for (let at = 0; at < this.#numbers.length; at += 3) {
      const [name, position, next] = this.#numbers.values.subarray(at, at + 3);
      yield [this.#files[name!]!, position!, next!];
    }
  }
}
