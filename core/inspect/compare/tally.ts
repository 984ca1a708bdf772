import type { FindingPlace } from '../findings/finding.ts';
import type { DifferenceCause } from './difference.ts';

/** What may be wrong with samples that ought to be those of the source. */
export type Fault = DifferenceCause | 'lost' | 'added' | 'doubled' | 'moved' | 'time';

/** One kind of fault: where it is first, and how often. */
export interface FaultCount {
  readonly first: FindingPlace;
  /** Number of the sample of the source, from 1. */
  readonly sample: number;
  /** Of a sample that is another: which of its bytes. */
  readonly place?: string;
  readonly expected?: string;
  readonly found?: string;
  count: number;
}

/** Samples under one key. */
export interface KeyCount {
  /** 32 hexadecimal digits, or what else names it. */
  readonly name: string;
  compared: number;
  differing: number;
  first: FindingPlace | undefined;
}

/** Seconds that times of one track may be apart by rounding: ticks of two clocks. */
const SAME_SHIFT = 0.002;

/** What a comparison has found: counts, however many samples are wrong. */
export class Tally {
  /** Samples that are those of the source. */
  same = 0;
  /** Samples of the output. */
  samples = 0;
  readonly faults = new Map<Fault, FaultCount>();
  /** By how many seconds samples come later than in the source: the least, and the most. */
  #least = Number.POSITIVE_INFINITY;
  #most = Number.NEGATIVE_INFINITY;
  /** Some of them could not be decrypted. */
  hasMissingKeys = false;
  /** By their numbers in `SampleRows.keys`. */
  readonly keys: KeyCount[] = [];

  note(fault: Fault, at: Omit<FaultCount, 'count'>, count = 1): void {
    const known = this.faults.get(fault);
    if (known) known.count += count;
    else this.faults.set(fault, { ...at, count });
  }

  noteTime(late: number): void {
    if (late < this.#least) this.#least = late;
    if (late > this.#most) this.#most = late;
  }

  /** By how many seconds all samples come later, where it is the same for all; `undefined`: it is not. */
  get shift(): number | undefined {
    return this.#most - this.#least < SAME_SHIFT ? (this.#least + this.#most) / 2 : undefined;
  }

  countOf(fault: Fault): number {
    return this.faults.get(fault)?.count ?? 0;
  }

  /** The number of a key, by its name. */
  keyNumber(name: string): number {
    const known = this.keys.findIndex((key) => key.name === name);
    if (known >= 0) return known;
    this.keys.push({ name, compared: 0, differing: 0, first: undefined });
    return this.keys.length - 1;
  }
}
