/** How the NAL units of a sample lie: behind a length of so many bytes, or (0) behind start codes (ITU-T H.264, Annex B). */
export type NalFraming = number;

/** Which NAL units a container may add or take away without changing what is decoded. */
export interface NalRules {
  /** Whether a unit counts, by its first two bytes. */
  counts(first: number, second: number): boolean;
}

/**
 * Access unit delimiters, filler and ends of streams go and come; parameter sets may be in the sample entry; other layers and views
 * are none of the base layer (ITU-T H.264, table 7-1).
 */
const AVC: NalRules = {
  counts(first) {
    const type = first & 0x1f;
    return (type >= 1 && type <= 6) || type >= 22;
  },
};

/** The same of ITU-T H.265, table 7-1; 63 is where Dolby Vision has its second layer. */
const HEVC: NalRules = {
  counts(first, second) {
    const type = (first >> 1) & 0x3f;
    const layer = ((first & 1) << 5) | (second >> 3);
    return layer === 0 && !(type >= 32 && type <= 38) && type !== 63;
  },
};

/** @param format the four letters of a sample entry; `undefined`: its samples have no NAL units */
export function nalRules(format: string): NalRules | undefined {
  if (/^(avc[1-4]|dva[v1])$/.test(format)) return AVC;
  if (/^(hvc1|hev1|dvh[1e]|hvc2|hev2)$/.test(format)) return HEVC;
  return undefined;
}

/** Goes along the NAL units of a sample. */
class NalWalk {
  #data: Buffer = Buffer.alloc(0);
  #end = 0;
  #next = 0;
  #framing: NalFraming = 4;
  /** Of the unit found, without what ends it for the container alone. */
  from = 0;
  to = 0;
  /** Which unit of the sample it is, from 1: those that do not count are counted. */
  number = 0;

  reset(data: Buffer, from: number, end: number, framing: NalFraming): void {
    this.#data = data;
    this.#end = end;
    this.#framing = framing;
    this.number = 0;
    this.#next = framing === 0 ? this.#startCode(from) : from;
  }

  /** The next that counts; false: there is none. */
  next(rules: NalRules): boolean {
    while (this.#next < this.#end) {
      const isWhole = this.#framing === 0 ? this.#byStartCode() : this.#byLength();
      if (!isWhole) return false;
      this.number += 1;
      this.to = withoutTrailing(this.#data, this.from, this.to);
      if (this.to > this.from && rules.counts(this.#data[this.from]!, this.#data[this.from + 1] ?? 0))
        return true;
    }
    return false;
  }

  #byLength(): boolean {
    const size = this.#framing;
    if (this.#next + size > this.#end) return false;
    this.from = this.#next + size;
    this.to = this.from + this.#data.readUIntBE(this.#next, size);
    this.#next = this.to;
    return this.to <= this.#end;
  }

  #byStartCode(): boolean {
    this.from = this.#next + 3;
    this.#next = this.#startCode(this.from);
    this.to = this.#next;
    return true;
  }

  /** Where the next one begins; the end: there is none. */
  #startCode(from: number): number {
    const found = this.#data.indexOf(START_CODE, from);
    return found < 0 || found + 3 > this.#end ? this.#end : found;
  }
}

const START_CODE = Buffer.from([0, 0, 1]);

/** Zero bytes of Annex B, and cabac_zero_words behind a slice: 00 00, escaped as 00 00 03 (ITU-T H.264, 7.3.2.8, 9.3.1.2). */
function withoutTrailing(data: Buffer, from: number, to: number): number {
  let end = to;
  for (;;) {
    if (end > from && data[end - 1] === 0) end -= 1;
    else if (end - from > 3 && data[end - 1] === 3 && data[end - 2] === 0 && data[end - 3] === 0) end -= 3;
    else return end;
  }
}

/** A sample, and where it lies. */
export interface PlacedSample {
  readonly data: Buffer;
  readonly from: number;
  readonly to: number;
}

/** A NAL unit in two samples: where it lies in each, and which one of the other sample it is, from 1. */
export interface UnitPair {
  readonly from: number;
  readonly to: number;
  readonly otherFrom: number;
  readonly otherTo: number;
  readonly number: number;
}

/** Whether two samples have the same NAL units, in the same order, apart from those that containers may add or take. */
export class NalComparison {
  readonly #rules: NalRules;
  readonly #framings: readonly [NalFraming, NalFraming];
  readonly #one = new NalWalk();
  readonly #other = new NalWalk();

  constructor(rules: NalRules, one: NalFraming, other: NalFraming) {
    this.#rules = rules;
    this.#framings = [one, other];
  }

  areEqual(one: PlacedSample, other: PlacedSample): boolean {
    return this.#goToDifference(one, other) === 'none';
  }

  /** The first unit of `one` that is another in `other`; `undefined`: none is, or there are more units in one of them. */
  difference(one: PlacedSample, other: PlacedSample): UnitPair | undefined {
    if (this.#goToDifference(one, other) !== 'unit') return undefined;
    const { from, to } = this.#one;
    return { from, to, otherFrom: this.#other.from, otherTo: this.#other.to, number: this.#other.number };
  }

  /** Go along both up to the first unit that is another in the other, or that it does not have. */
  #goToDifference(one: PlacedSample, other: PlacedSample): 'none' | 'unit' | 'count' {
    this.#one.reset(one.data, one.from, one.to, this.#framings[0]);
    this.#other.reset(other.data, other.from, other.to, this.#framings[1]);
    for (;;) {
      const isHere = this.#one.next(this.#rules);
      if (isHere !== this.#other.next(this.#rules)) return 'count';
      if (!isHere) return 'none';
      const { from: start, to: end } = this.#one;
      if (one.data.compare(other.data, this.#other.from, this.#other.to, start, end) !== 0) return 'unit';
    }
  }
}
