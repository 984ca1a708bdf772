import { FormError } from '../bits.ts';

/** rangeTabLPS (ITU-T H.264, table 9-44; H.265, table 9-52): four of each state. */
const RANGES = Uint8Array.from(
  (
    '128 176 208 240 128 167 197 227 128 158 187 216 123 150 178 205 116 142 169 195 111 135 160 185 105 128 152 ' +
    '175 100 122 144 166 95 116 137 158 90 110 130 150 85 104 123 142 81 99 117 135 77 94 111 128 73 89 105 122 69 ' +
    '85 100 116 66 80 95 110 62 76 90 104 59 72 86 99 56 69 81 94 53 65 77 89 51 62 73 85 48 59 69 80 46 56 66 76 ' +
    '43 53 63 72 41 50 59 69 39 48 56 65 37 45 54 62 35 43 51 59 33 41 48 56 32 39 46 53 30 37 43 50 29 35 41 48 27 ' +
    '33 39 45 26 31 37 43 24 30 35 41 23 28 33 39 22 27 32 37 21 26 30 35 20 24 29 33 19 23 27 31 18 22 26 30 17 21 ' +
    '25 28 16 20 23 27 15 19 22 25 14 18 21 24 14 17 20 23 13 16 19 22 12 15 18 21 12 14 17 20 11 14 16 19 11 13 15 ' +
    '18 10 12 15 17 10 12 14 16 9 11 13 15 9 11 12 14 8 10 12 14 8 9 11 13 7 9 11 12 7 9 10 12 7 8 10 11 6 8 9 11 6 ' +
    '7 9 10 6 7 8 9 2 2 2 2'
  )
    .split(' ')
    .map(Number),
);

/** transIdxLps (tables 9-45 and 9-53). */
const AFTER_LESS = Uint8Array.from(
  (
    '0 0 1 2 2 4 4 5 6 7 8 9 9 11 11 12 13 13 15 15 16 16 18 18 19 19 21 21 22 22 23 24 24 25 26 26 27 27 28 29 29 ' +
    '30 30 30 31 32 32 33 33 33 34 34 35 35 35 36 36 36 37 37 37 38 38 63'
  )
    .split(' ')
    .map(Number),
);

/** How far a range has to be shifted to be 256 or more. */
const SHIFTS = Uint8Array.from({ length: 512 }, (_, range) => Math.max(0, Math.clz32(range) - 23));

/** The arithmetic decoding engine of CABAC (ITU-T H.264, 9.3.3.2, and H.265, 9.3.4.3), with its contexts. */
export class CabacEngine {
  /** pStateIdx × 2 + valMPS of each context. */
  readonly states: Uint8Array;
  #data: Uint8Array = new Uint8Array(0);
  /** The next byte to read. */
  #next = 0;
  #end = 0;
  #range = 0;
  /** ivlOffset, with `#ahead` bits behind it that are read ahead: 8 to 15. */
  #value = 0;
  #ahead = 0;

  constructor(contexts: number) {
    this.states = new Uint8Array(contexts);
  }

  /** Begin at a whole byte; the data ends before `end`, with a few bytes behind it that may be looked at. */
  open(data: Uint8Array, start: number, end: number): void {
    this.#data = data;
    this.#next = start;
    this.#end = end;
    this.#range = 510;
    this.#value = 0;
    this.#ahead = -9;
    while (this.#ahead < 8) this.#load();
    if (this.#value >> this.#ahead >= 510)
      throw new FormError('has a first CABAC value that the standard has not');
  }

  /** Bits that are read, those looked ahead at not counted: where the engine is. */
  get position(): number {
    return 8 * this.#next - this.#ahead;
  }

  /** The next bin of a context. */
  decision(context: number): number {
    const state = this.states[context]!;
    const less = RANGES[((state >> 1) << 2) | ((this.#range >> 6) & 3)]!;
    const most = this.#range - less;
    const scaled = most << this.#ahead;
    if (this.#value < scaled) {
      if (state < 124) this.states[context] = state + 2;
      if (most >= 256) {
        this.#range = most;
      } else {
        this.#range = most << 1;
        this.#ahead -= 1;
        if (this.#ahead < 8) this.#load();
      }
      return state & 1;
    }
    this.#value -= scaled;
    const shift = SHIFTS[less]!;
    this.#range = less << shift;
    this.#ahead -= shift;
    if (this.#ahead < 8) this.#load();
    // Where the less probable is as probable as the other, they change places.
    this.states[context] = state < 2 ? state ^ 1 : (AFTER_LESS[state >> 1]! << 1) | (state & 1);
    return (state & 1) ^ 1;
  }

  /** A bin without context. */
  bypass(): number {
    this.#ahead -= 1;
    const scaled = this.#range << this.#ahead;
    const bin = this.#value >= scaled ? 1 : 0;
    if (bin === 1) this.#value -= scaled;
    if (this.#ahead < 8) this.#load();
    return bin;
  }

  /** A bin that ends something: where it is 1 the engine's last bit is rbsp_stop_one_bit, or as good as that. */
  terminate(): boolean {
    this.#range -= 2;
    if (this.#value >= this.#range << this.#ahead) return true;
    if (this.#range < 256) {
      this.#range <<= 1;
      this.#ahead -= 1;
      if (this.#ahead < 8) this.#load();
    }
    return false;
  }

  #load(): void {
    // Two bytes behind the end are looked ahead at, never used; further on is nothing.
    if (this.#next >= this.#end + 2) throw new FormError('has a slice that ends before its syntax does');
    this.#value = (this.#value << 8) | (this.#next < this.#end ? this.#data[this.#next]! : 0);
    this.#next += 1;
    this.#ahead += 8;
  }
}
