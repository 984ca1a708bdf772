import { fail } from '../../errors.ts';
import { BitstreamError, RbspReader } from '../bit-reader.ts';
import type { ProtectedRanges, RangeFinder } from '../protected-ranges.ts';
import type { AvcConfig } from './config.ts';
import { AvcParameterSets } from './parameter-sets.ts';
import { skipSliceHeader } from './slice-header.ts';

/** nal_unit_type (ITU-T H.264, table 7-1). */
const SLICE = 1;
const PARTITION_A = 2;
const PARTITION_C = 4;
const IDR_SLICE = 5;
const SPS = 7;
const PPS = 8;

/**
 * Finds what to protect in H.264 samples: of a slice (NAL unit type 1 or 5) everything behind the byte that holds the
 * last bit of its header, all else is clear. Parameter sets in the samples replace those of the configuration.
 * @param name how messages name the file
 * @throws PackagerError NOT_MEDIA when a parameter set of the configuration cannot be read
 */
export function createAvcRangeFinder(config: AvcConfig, name: string): RangeFinder {
  return new AvcRangeFinder(config, name);
}

class AvcRangeFinder implements RangeFinder {
  readonly #name: string;
  readonly #lengthSize: number;
  readonly #sets = new AvcParameterSets();
  readonly #reader = new RbspReader();
  /** Samples seen so far, and where in this one the NAL unit at hand starts: for messages. */
  #sample = 0;
  #nalStart = 0;

  constructor(config: AvcConfig, name: string) {
    this.#name = name;
    this.#lengthSize = config.lengthSize;
    try {
      for (const nal of [...config.sps, ...config.pps]) this.#addParameterSet(nal, 0, nal.length);
    } catch (cause) {
      throw this.#explain(cause, 'a parameter set of its H.264 configuration (avcC)');
    }
  }

  find(data: Uint8Array, start: number, end: number, out: ProtectedRanges): void {
    try {
      this.#walk(data, start, end, out);
    } catch (cause) {
      const where = `the NAL unit at byte ${this.#nalStart - start} of sample ${this.#sample + 1} of its H.264 track`;
      throw this.#explain(cause, where);
    }
    this.#sample += 1;
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
      if (length > 0) this.#nalUnit(data, payload, at, out);
    }
  }

  #nalUnit(data: Uint8Array, start: number, end: number, out: ProtectedRanges): void {
    const header = data[start]!;
    const type = header & 31;
    if (type === SLICE || type === IDR_SLICE) {
      const reader = this.#reader.open(data, start + 1, end);
      skipSliceHeader(reader, header, this.#sets);
      if (reader.position < end) out.add(reader.position, end);
    } else if (type === SPS || type === PPS) {
      this.#addParameterSet(data, start, end);
    } else if (type >= PARTITION_A && type <= PARTITION_C) {
      // Neither Common Encryption nor players know where to cut these; clear they would give the picture away.
      throw fail.unsupportedCodec(
        this.#name,
        'its H.264 video uses data partitioning (Extended profile), which cannot be protected.',
        'Encode it in the Baseline, Main or High profile.',
      );
    }
  }

  #addParameterSet(data: Uint8Array, start: number, end: number): void {
    const type = data[start]! & 31;
    const reader = this.#reader.open(data, start + 1, end);
    if (type === SPS) this.#sets.addSps(reader);
    else if (type === PPS) this.#sets.addPps(reader);
  }

  #explain(cause: unknown, subject: string): unknown {
    if (!(cause instanceof BitstreamError)) return cause;
    return fail.notMedia(
      this.#name,
      `${subject} ${cause.message}.`,
      'The file is damaged or was cut: make it again, or repair it with a remuxer.',
    );
  }
}
