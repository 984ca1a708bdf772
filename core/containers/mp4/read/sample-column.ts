/** Values that are packed together. */
export const PAGE = 1024;

/** One value that all of a page have, or each value in as few bytes as the largest of the page needs. */
type Page =
  | number
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float64Array;

/** Whole numbers, one a sample, in a fraction of the room that an array would take. */
export class SampleColumn {
  readonly length: number;
  readonly #pages: readonly Page[];

  constructor(pages: readonly Page[], length: number) {
    this.#pages = pages;
    this.length = length;
  }

  at(index: number): number {
    const page = this.#pages[Math.floor(index / PAGE)]!;
    return typeof page === 'number' ? page : page[index % PAGE]!;
  }

  /** Write values `first` to `end` to the beginning of an array. */
  fill(first: number, end: number, target: Int32Array | Uint32Array): void {
    for (let at = first; at < end; ) {
      const next = Math.min(end, nextPage(at));
      const page = this.#pages[Math.floor(at / PAGE)]!;
      if (typeof page === 'number') target.fill(page, at - first, next - first);
      else target.set(page.subarray(at % PAGE, (at % PAGE) + next - at), at - first);
      at = next;
    }
  }

  /** The sum of values `first` to `end`, which lie in one page. */
  sumInPage(first: number, end: number): number {
    if (first === end) return 0;
    const page = this.#pages[Math.floor(first / PAGE)]!;
    if (typeof page === 'number') return page * (end - first);
    let sum = 0;
    for (let at = first; at < end; at++) sum += page[at % PAGE]!;
    return sum;
  }
}

/** The number of the first value behind the page that `index` is in. */
export const nextPage = (index: number): number => (Math.floor(index / PAGE) + 1) * PAGE;

/** Takes the values one after the other; what is full is packed at once, so nothing large is ever copied. */
export class SampleColumnWriter {
  readonly #pages: Page[] = [];
  /** An array that grows: a hostile file can have thousands of tracks of one sample. */
  readonly #open: number[] = [];
  length = 0;

  push(value: number): void {
    this.#open[this.length % PAGE] = value;
    this.length += 1;
    if (this.length % PAGE === 0) this.#pages.push(packed(this.#open));
  }

  /** A value that was pushed. */
  at(index: number): number {
    const page = this.#pages[Math.floor(index / PAGE)] ?? this.#open;
    return typeof page === 'number' ? page : page[index % PAGE]!;
  }

  /** Put another value in the place of one that was pushed. */
  set(index: number, value: number): void {
    const page = this.#pages[Math.floor(index / PAGE)];
    if (page === undefined) {
      this.#open[index % PAGE] = value;
      return;
    }
    const values = typeof page === 'number' ? Array<number>(PAGE).fill(page) : [...page];
    values[index % PAGE] = value;
    this.#pages[Math.floor(index / PAGE)] = packed(values);
  }

  /** All values that were pushed; it is the end of them. */
  finish(): SampleColumn {
    const rest = this.length % PAGE;
    const pages = rest === 0 ? this.#pages : [...this.#pages, packed(this.#open.slice(0, rest))];
    return new SampleColumn(pages, this.length);
  }
}

function packed(values: readonly number[]): Page {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (least === most) return least;
  if (least < 0) {
    const reach = Math.max(most, -least - 1);
    return reach < 2 ** 7
      ? Int8Array.from(values)
      : reach < 2 ** 15
        ? Int16Array.from(values)
        : Int32Array.from(values);
  }
  if (most < 2 ** 8) return Uint8Array.from(values);
  if (most < 2 ** 16) return Uint16Array.from(values);
  return most < 2 ** 32 ? Uint32Array.from(values) : Float64Array.from(values);
}
