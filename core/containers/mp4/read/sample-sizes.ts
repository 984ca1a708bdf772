import { BoxError } from '../../../base/box-walk.ts';
import { rowsAfter, type SampleTableBoxes, type TableBytes } from './table-rows.ts';

/** A day of AAC has 4 million samples. The limit keeps hostile tables from filling the memory. */
export const MOST_SAMPLES = 2 ** 26;

/** What sizes of samples come to. */
export interface SizeSums {
  readonly bytes: number;
  /** Samples of 0 bytes. */
  readonly empty: number;
}

/** Sizes of samples, in bytes. */
export interface SampleSizes {
  readonly count: number;
  /** Of samples `first` to `end` together. */
  sum(first: number, end: number): number;
  /** That, and how many of them have nothing in them. */
  sums(first: number, end: number): SizeSums;
  /** Write those of samples `first` to `end` to the beginning of an array. */
  fill(first: number, end: number, target: Uint32Array): void;
}

/** `stsz` or `stz2` (ISO/IEC 14496-12, 8.7.3). @throws BoxError when there is neither, or it has no room for what it says */
export function sampleSizes(boxes: SampleTableBoxes): SampleSizes {
  const type = boxes.has('stsz') ? 'stsz' : 'stz2';
  const payload = boxes.get(type);
  if (!payload) throw new BoxError('a track has no "stsz" box');
  const uniform = type === 'stsz' ? payload.getUint32(4) : 0;
  const bits = type === 'stsz' ? 32 : payload.getUint8(7);
  const count = payload.getUint32(8);
  if (count > MOST_SAMPLES) throw new BoxError(`"${type}" claims ${count} samples`);
  if (uniform > 0) return new OneSize(count, uniform);
  const { view } = rowsAfter(payload, type, 12, count, bits / 8);
  const sizeAt = sizeReader(view, bits);
  if (!sizeAt) throw new BoxError(`"stz2" has sizes of ${bits} bits`);
  return new ListedSizes(count, sizeAt);
}

/** All samples have the same. */
class OneSize implements SampleSizes {
  readonly count: number;
  readonly #size: number;

  constructor(count: number, size: number) {
    this.count = count;
    this.#size = size;
  }

  sum(first: number, end: number): number {
    return (end - first) * this.#size;
  }

  sums(first: number, end: number): SizeSums {
    return { bytes: this.sum(first, end), empty: 0 };
  }

  fill(first: number, end: number, target: Uint32Array): void {
    target.fill(this.#size, 0, end - first);
  }
}

/** Each sample has its own. */
class ListedSizes implements SampleSizes {
  readonly count: number;
  readonly #sizeAt: (sample: number) => number;

  constructor(count: number, sizeAt: (sample: number) => number) {
    this.count = count;
    this.#sizeAt = sizeAt;
  }

  sum(first: number, end: number): number {
    return this.sums(first, end).bytes;
  }

  sums(first: number, end: number): SizeSums {
    let [bytes, empty] = [0, 0];
    for (let sample = first; sample < end; sample++) {
      const size = this.#sizeAt(sample);
      bytes += size;
      if (size === 0) empty++;
    }
    return { bytes, empty };
  }

  fill(first: number, end: number, target: Uint32Array): void {
    for (let sample = first; sample < end; sample++) target[sample - first] = this.#sizeAt(sample);
  }
}

/** `undefined` for sizes of so many bits as the standard does not have. */
function sizeReader(view: TableBytes, bits: number): ((sample: number) => number) | undefined {
  switch (bits) {
    case 4:
      return (sample) => (view.getUint8(sample >> 1) >> (sample % 2 === 0 ? 4 : 0)) & 15;
    case 8:
      return (sample) => view.getUint8(sample);
    case 16:
      return (sample) => view.getUint16(sample * 2);
    case 32:
      return (sample) => view.getUint32(sample * 4);
    default:
      return undefined;
  }
}
