import { Bits, FormError, NotFollowed } from '../bits.ts';
import { type CodecForm, protectedWithin, type SampleBytes, type SampleForm } from '../codec-form.ts';
import { EMULATION_BITS, findEmulation, Rbsp, withoutTrailingZeros } from '../nal/emulation.ts';
import { NalUnits } from '../nal/units.ts';
import type { ProtectedBytes } from '../protected-bytes.ts';
import { CabacIntraSlice } from './cabac-slice.ts';
import { CavlcSlice } from './cavlc-slice.ts';
import { Macroblocks } from './macroblocks.ts';
import { type Pps, readPps, readSps, type Sps } from './parameter-sets.ts';
import { planesOf } from './planes.ts';
import { readSliceHeader, SLICE } from './slice-header.ts';

/** nal_unit_type (ITU-T H.264, table 7-1). */
const TYPE = { slice: 1, idr: 5, sps: 7, pps: 8 } as const;
/** No slice header is longer than this. */
const MOST_HEADER = 4096;
/** Walks go no further than a picture of the highest level does. */
const MOST_MBS = 139_264;

/**
 * H.264: NAL units fill the sample, slice headers are what parameter sets say, nothing looks like a start code; and slices are followed
 * to their last bit: of I pictures with CABAC, of all with CAVLC.
 */
export class AvcForm implements CodecForm {
  readonly isWalkSlow = true;
  readonly #units: NalUnits;
  readonly #sps = new Map<number, Sps>();
  readonly #pps = new Map<number, Pps>();
  readonly #bits = new Bits();
  readonly #rbsp = new Rbsp();
  readonly #cavlc: CavlcSlice;
  readonly #cabac: CabacIntraSlice;
  /** What knows where a check has come to. */
  #place: () => number = () => this.#units.start;

  /** @param config AVCDecoderConfigurationRecord; empty: start codes, and parameter sets in the stream */
  constructor(config: Uint8Array) {
    this.#units = new NalUnits(config.length > 4 ? (config[4]! & 3) + 1 : 0);
    const mbs = new Macroblocks();
    this.#cavlc = new CavlcSlice(this.#bits, mbs);
    this.#cabac = new CabacIntraSlice(mbs);
    if (config.length > 6) this.#readConfig(config);
  }

  get at(): number {
    return this.#place();
  }

  get unitStart(): number {
    return this.#units.start;
  }

  learn({ data, start, end }: SampleBytes): void {
    const units = this.#units.open(data, start, end);
    this.#place = () => this.#units.start;
    while (units.next()) {
      const type = data[units.start]! & 31;
      if (type === TYPE.sps || type === TYPE.pps) this.#readSet(data, units.start, units.end);
    }
  }

  check(sample: SampleBytes, walk: boolean): SampleForm {
    const { data, start, end } = sample;
    const units = this.#units.open(data, start, end);
    this.#place = () => this.#units.start;
    let [isWalked, exactBits] = [false, 0];
    while (units.next()) {
      const header = data[units.start]!;
      if (units.start === units.end) continue;
      if ((header & 0x80) !== 0) throw new FormError('has a NAL unit whose first bit is not zero');
      const type = header & 31;
      if (type !== TYPE.slice && type !== TYPE.idr) continue;
      const last = withoutTrailingZeros(data, units.start, units.end);
      const emulation = findEmulation(data, units.start, last);
      if (emulation >= 0) {
        this.#place = () => emulation;
        throw new FormError('has bytes in a slice that look like a start code');
      }
      exactBits += EMULATION_BITS * Math.max(0, protectedWithin(sample, units.start, last) - 2);
      if (this.#checkSlice(data, units.start, last, walk)) isWalked = true;
      this.#place = () => this.#units.start;
    }
    return { isWalked, exactBits };
  }

  addSampleAes(data: Uint8Array, start: number, end: number, ranges: ProtectedBytes): void {
    const units = this.#units.open(data, start, end);
    while (units.next()) {
      const type = data[units.start]! & 31;
      if ((type !== TYPE.slice && type !== TYPE.idr) || units.end - units.start <= 48) continue;
      for (let at = units.start + 32; units.end - at > 16; at += 160) ranges.add(at, at + 16);
    }
  }

  /** @returns whether all of the slice was followed */
  #checkSlice(data: Uint8Array, start: number, end: number, walk: boolean): boolean {
    const rbsp = this.#rbsp.open(data, start, end, walk ? undefined : MOST_HEADER);
    const bits = this.#bits.open(rbsp.data, 1, rbsp.length);
    this.#place = () => rbsp.placeOf(bits.position >> 3);
    const header = readSliceHeader(bits, data[start]!, { sps: this.#sps, pps: this.#pps });
    const { sps, pps, type } = header;
    if (sps.widthInMbs * sps.heightInMapUnits > MOST_MBS) throw new NotFollowed('is of too large a picture');
    if (pps.cabac) {
      const rest = (8 - (bits.position & 7)) & 7;
      if (bits.read(rest) !== 2 ** rest - 1)
        throw new FormError('has a cabac_alignment_one_bit that is not one');
    }
    if (!walk || type === SLICE.SI || type === SLICE.SP) return false;
    const stopBit = rbsp.stopBit();
    if (!pps.cabac) {
      this.#cavlc.walk(header, stopBit);
      return true;
    }
    if (type !== SLICE.I || planesOf(sps).arrayType === 3) return false;
    this.#place = () => rbsp.placeOf(this.#cabac.at);
    this.#cabac.walk(header, rbsp, bits.position >> 3, stopBit);
    return true;
  }

  /** Parameter sets of AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1). */
  #readConfig(config: Uint8Array): void {
    let at = 5;
    for (let kind = 0; kind < 2 && at < config.length; kind += 1) {
      let left = config[at++]! & (kind === 0 ? 31 : 255);
      for (; left > 0 && at + 2 <= config.length; left -= 1) {
        const length = (config[at]! << 8) | config[at + 1]!;
        this.#readSet(config, at + 2, Math.min(config.length, at + 2 + length));
        at += 2 + length;
      }
    }
  }

  /** One that cannot be read is as good as none: slices that refer to it are not followed. */
  #readSet(data: Uint8Array, start: number, end: number): void {
    const rbsp = this.#rbsp.open(data, start, withoutTrailingZeros(data, start, end));
    const bits = this.#bits.open(rbsp.data, 1, rbsp.length);
    try {
      if ((data[start]! & 31) === TYPE.sps) {
        const sps = readSps(bits);
        this.#sps.set(sps.id, sps);
      } else {
        const pps = readPps(bits, rbsp.stopBit(), (id) => this.#sps.get(id)?.chromaFormat);
        this.#pps.set(pps.id, pps);
      }
    } catch (cause) {
      if (!(cause instanceof FormError)) throw cause;
    }
  }
}
