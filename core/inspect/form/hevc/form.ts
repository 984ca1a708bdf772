import { Bits, FormError } from '../bits.ts';
import { type CodecForm, protectedWithin, type SampleBytes, type SampleForm } from '../codec-form.ts';
import { EMULATION_BITS, findEmulation, Rbsp, withoutTrailingZeros } from '../nal/emulation.ts';
import { NalUnits } from '../nal/units.ts';
import { IntraSlice } from './intra-slice.ts';
import { checkSize, type Pps, readPps, readSps, type Sps } from './parameter-sets.ts';
import { Picture } from './picture.ts';
import { readSliceHeader } from './slice-header.ts';

/** nal_unit_type (ITU-T H.265, table 7-1): slices are below 10 and from 16 to 21. */
const TYPE = { lastTrailing: 9, firstIrap: 16, lastIrap: 21, sps: 33, pps: 34 } as const;
const HEADER = 2;
/** No slice header is longer than this, but for its entry points. */
const MOST_HEADER = 16_384;

const isSlice = (type: number): boolean =>
  type <= TYPE.lastTrailing || (type >= TYPE.firstIrap && type <= TYPE.lastIrap);

/** HEVC: NAL units fill the sample, nothing looks like a start code, and I slices are followed to their last bit. */
export class HevcForm implements CodecForm {
  readonly isWalkSlow = true;
  readonly #units: NalUnits;
  readonly #sps = new Map<number, Sps>();
  readonly #pps = new Map<number, Pps>();
  readonly #bits = new Bits();
  readonly #rbsp = new Rbsp();
  readonly #picture = new Picture();
  readonly #intra = new IntraSlice(this.#picture);
  /** A slice of the sample's picture was followed. */
  #isPictureOpen = false;
  /** What knows where a check has come to. */
  #place: () => number = () => this.#units.start;

  /** @param config HEVCDecoderConfigurationRecord; empty: start codes, and parameter sets in the stream */
  constructor(config: Uint8Array) {
    this.#units = new NalUnits(config.length > 21 ? (config[21]! & 3) + 1 : 0);
    if (config.length > 23) this.#readConfig(config);
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
    while (units.next()) this.#readSet(data, units.start, units.end);
  }

  check(sample: SampleBytes, walk: boolean): SampleForm {
    const { data, start, end } = sample;
    const units = this.#units.open(data, start, end);
    this.#place = () => this.#units.start;
    this.#isPictureOpen = false;
    let [isWalked, exactBits] = [false, 0];
    while (units.next()) {
      if (units.end - units.start <= HEADER) continue;
      if ((data[units.start]! & 0x80) !== 0)
        throw new FormError('has a NAL unit whose first bit is not zero');
      if (!isSlice(typeOf(data, units.start)) || layerOf(data, units.start) !== 0) continue;
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

  /** @returns whether all of the slice was followed */
  #checkSlice(data: Uint8Array, start: number, end: number, walk: boolean): boolean {
    const rbsp = this.#rbsp.open(data, start, end, walk ? undefined : MOST_HEADER);
    const bits = this.#bits.open(rbsp.data, HEADER, rbsp.length);
    this.#place = () => rbsp.placeOf(bits.position >> 3);
    const header = readSliceHeader(bits, typeOf(data, start), { sps: this.#sps, pps: this.#pps });
    const { sps, pps } = header;
    if (!walk || !header.isIntra || !sps.isMain || sps.hasPcm || pps.hasTiles) return false;
    checkSize(sps);
    if (!this.#isPictureOpen) this.#picture.open(sps);
    this.#isPictureOpen = true;
    this.#place = () => rbsp.placeOf(this.#intra.at);
    this.#intra.walk(header, rbsp, bits.position >> 3, rbsp.stopBit());
    return true;
  }

  /** Parameter sets of HEVCDecoderConfigurationRecord (ISO/IEC 14496-15, 8.3.3.1). */
  #readConfig(config: Uint8Array): void {
    let at = 23;
    for (let arrays = config[22]!; arrays > 0 && at + 3 <= config.length; arrays -= 1) {
      let left = (config[at + 1]! << 8) | config[at + 2]!;
      at += 3;
      for (; left > 0 && at + 2 <= config.length; left -= 1) {
        const length = (config[at]! << 8) | config[at + 1]!;
        this.#readSet(config, at + 2, Math.min(config.length, at + 2 + length));
        at += 2 + length;
      }
    }
  }

  /** One that cannot be read is as good as none: slices that refer to it are not followed. */
  #readSet(data: Uint8Array, start: number, end: number): void {
    const type = typeOf(data, start);
    if ((type !== TYPE.sps && type !== TYPE.pps) || layerOf(data, start) !== 0) return;
    const rbsp = this.#rbsp.open(data, start, withoutTrailingZeros(data, start, end));
    const bits = this.#bits.open(rbsp.data, HEADER, rbsp.length);
    try {
      if (type === TYPE.sps) {
        const sps = readSps(bits);
        this.#sps.set(sps.id, sps);
      } else {
        const pps = readPps(bits);
        this.#pps.set(pps.id, pps);
      }
    } catch (cause) {
      if (!(cause instanceof FormError)) throw cause;
    }
  }
}

/** nuh_layer_id. */
const layerOf = (data: Uint8Array, start: number): number =>
  ((data[start]! & 1) << 5) | (data[start + 1]! >> 3);

const typeOf = (data: Uint8Array, start: number): number => (data[start]! >> 1) & 63;
