import { BitstreamError } from '../../base/bit-reader.ts';
import { explainDamage } from '../../base/damage.ts';
import { fail } from '../../base/errors.ts';
import type { ProtectedRanges, RangeFinder } from '../protected-ranges.ts';

/** What one codec knows of its NAL units. It has state: units come in decode order, once each. */
export interface NalSyntax {
  /**
   * Look at the NAL unit [start, end) of `data`, which is not empty: take over a parameter set, read a slice's header.
   * @returns the first byte to protect, from which on all of the unit is; `end` when the unit stays clear
   * @throws BitstreamError when the unit breaks the syntax
   */
  read(data: Uint8Array, start: number, end: number): number;
}

export interface NalRangeFinderOptions {
  readonly syntax: NalSyntax;
  /** How messages call the codec, and the box of its configuration: `H.264`, `avcC`. */
  readonly codec: string;
  readonly configBox: string;
  /** How messages name the file. */
  readonly name: string;
  /** Bytes of the length in front of each NAL unit: 1, 2 or 4. */
  readonly lengthSize: number;
  /** NAL units of the configuration. */
  readonly parameterSets: readonly Uint8Array[];
}

/** Finds what to protect in samples of length-prefixed NAL units (ISO/IEC 14496-15): where, the codec's syntax says. */
export class NalRangeFinder implements RangeFinder {
  readonly #options: NalRangeFinderOptions;
  readonly #syntax: NalSyntax;
  readonly #lengthSize: number;
  /** Samples seen so far, and where in this one the NAL unit at hand starts: for messages. */
  #sample = 0;
  #nalStart = 0;

  /** @throws PackagerError NOT_MEDIA when a parameter set of the configuration cannot be read */
  constructor(options: NalRangeFinderOptions) {
    this.#options = options;
    this.#syntax = options.syntax;
    this.#lengthSize = options.lengthSize;
    try {
      for (const nal of options.parameterSets) this.#syntax.read(nal, 0, nal.length);
    } catch (cause) {
      throw this.#explain(
        cause,
        `a parameter set of its ${options.codec} configuration (${options.configBox})`,
      );
    }
  }

  find(data: Uint8Array, start: number, end: number, out: ProtectedRanges): void {
    try {
      this.#walk(data, start, end, out);
    } catch (cause) {
      const { codec } = this.#options;
      const where = `the NAL unit at byte ${this.#nalStart - start} of sample ${this.#sample + 1} of its ${codec} track`;
      throw this.#explain(cause, where);
    }
    this.#sample += 1;
  }

  pass(samples: number): void {
    this.#sample += samples;
  }

  #walk(data: Uint8Array, start: number, end: number, out: ProtectedRanges): void {
    const lengthSize = this.#lengthSize;
    let at = start;
    while (at < end) {
      this.#nalStart = at;
      const payload = at + lengthSize;
      if (payload > end) throw new BitstreamError('is cut short');
      let length = 0;
      for (; at < payload; at += 1) length = length * 256 + data[at]!;
      if (length > end - at)
        throw new BitstreamError(`says it has ${length} bytes, but ${end - at} are left`);
      at += length;
      if (length === 0) continue;
      const first = this.#syntax.read(data, payload, at);
      if (first < at) out.add(first, at);
    }
  }

  #explain(cause: unknown, subject: string): unknown {
    return explainDamage(cause, this.#options.name, subject);
  }
}

/** What belongs to other layers has to go before ranges are asked for: clear it would give pictures away. */
export const otherLayers = (name: string, codec: string, type: number) =>
  fail.unsupportedCodec(
    name,
    `its ${codec} video has pictures outside the base layer (NAL unit type ${type}), which cannot be protected.`,
    'Leave them out first (baseLayerOf), or encode the base layer alone.',
  );
