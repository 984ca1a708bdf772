import { type Bits, FormError } from '../bits.ts';
import type { AudioConfig } from './audio-config.ts';
import { SCALE_FACTOR_OF, SCALE_FACTORS, SPECTRUM } from './codebooks.ts';
import { type Bands, bandsOf } from './scale-factor-bands.ts';

const [MAIN, LC, LTP] = [1, 2, 4];
const EIGHT_SHORT = 2;
/** Codebooks that are none of spectral values (table 4.114). */
const [ZERO, LAST_SPECTRUM, RESERVED, NOISE, INTENSITY_2, INTENSITY] = [0, 11, 12, 13, 14, 15];
/** PRED_SFB_MAX, by samplingFrequencyIndex (table 4.98). */
const PREDICTED_BANDS = [33, 33, 38, 40, 40, 40, 41, 41, 37, 37, 37, 34, 34];
const LONG_TERM_BANDS = 40;

/** Walks through individual_channel_stream() (ISO/IEC 14496-3, 4.4.2.7). One of it serves any number of channels. */
export class ChannelStream {
  readonly #config: AudioConfig;
  readonly #bands: Bands;
  #isShort = false;
  /** Windows of each group; the first `groups` count. */
  readonly #windows = new Uint8Array(8);
  groups = 1;
  /** max_sfb: scale factor bands of a window that are coded. */
  bandCount = 0;
  /** Codebooks of all bands of all groups; the first `codebookCount` count. */
  readonly codebooks = new Uint8Array(8 * 64);
  codebookCount = 0;

  constructor(config: AudioConfig) {
    this.#config = config;
    this.#bands = bandsOf(config.frequencyIndex, config.frameLength);
  }

  /** The windows of the other channel of the pair: common_window. */
  takeWindows(other: ChannelStream): void {
    this.#isShort = other.#isShort;
    this.#windows.set(other.#windows);
    this.groups = other.groups;
    this.bandCount = other.bandCount;
  }

  /** @param hasWindows they were read before, for both channels of a pair */
  walk(bits: Bits, hasWindows = false): void {
    const gain = bits.read(8); // global_gain
    if (!hasWindows) this.readWindows(bits, false);
    this.#readSections(bits);
    this.#readScaleFactors(bits, gain);
    if (bits.flag()) this.#skipPulses(bits);
    if (bits.flag()) this.#skipNoiseShaping(bits);
    if (bits.flag()) throw new FormError('has gain control, which its object type has not');
    this.#skipSpectrum(bits);
  }

  /** ics_info(). */
  readWindows(bits: Bits, isShared: boolean): void {
    bits.skip(1); // ics_reserved_bit
    this.#isShort = bits.read(2) === EIGHT_SHORT;
    bits.skip(1); // window_shape
    this.groups = 1;
    this.#windows[0] = 1;
    const { long, short } = this.#bands;
    this.bandCount = bits.read(this.#isShort ? 4 : 6);
    if (this.bandCount > (this.#isShort ? short : long).length)
      throw new FormError('has more scale factor bands than there are');
    if (!this.#isShort) {
      if (bits.flag()) this.#skipPrediction(bits, isShared);
      return;
    }
    for (let window = 1; window < 8; window += 1) {
      if (bits.flag()) this.#windows[this.groups - 1]! += 1;
      else this.#windows[this.groups++] = 1;
    }
  }

  #skipPrediction(bits: Bits, isShared: boolean): void {
    const { objectType, frequencyIndex } = this.#config;
    if (objectType === LC) throw new FormError('has prediction, which AAC LC has not');
    if (objectType === MAIN) {
      if (bits.flag()) bits.skip(5); // predictor_reset_group_number
      bits.skip(Math.min(this.bandCount, PREDICTED_BANDS[frequencyIndex]!)); // prediction_used
      return;
    }
    if (objectType !== LTP) return;
    for (let channel = 0; channel < (isShared ? 2 : 1); channel += 1)
      if (bits.flag()) bits.skip(11 + 3 + Math.min(this.bandCount, LONG_TERM_BANDS)); // ltp_data()
  }

  /** section_data(). */
  #readSections(bits: Bits): void {
    const size = this.#isShort ? 3 : 5;
    const full = (1 << size) - 1;
    let at = 0;
    for (let group = 1; group <= this.groups; group += 1) {
      const end = group * this.bandCount;
      while (at < end) {
        const codebook = bits.read(4);
        if (codebook === RESERVED) throw new FormError('has a reserved codebook');
        let length = 0;
        for (let part = full; part === full; length += part) part = bits.read(size);
        if (length > end - at) throw new FormError('has a section that is too long');
        this.codebooks.fill(codebook, at, at + length);
        at += length;
      }
    }
    this.codebookCount = at;
  }

  /** scale_factor_data(). */
  #readScaleFactors(bits: Bits, gain: number): void {
    let factor = gain;
    let isFirstNoise = true;
    for (let band = 0; band < this.codebookCount; band += 1) {
      const codebook = this.codebooks[band]!;
      if (codebook === ZERO) continue;
      if (codebook === NOISE && isFirstNoise) {
        bits.skip(9); // dpcm_noise_nrg
        isFirstNoise = false;
        continue;
      }
      const difference = SCALE_FACTOR_OF[SCALE_FACTORS.read(bits)]! - 60;
      if (codebook === NOISE || codebook === INTENSITY || codebook === INTENSITY_2) continue;
      factor += difference;
      if (factor < 0 || factor > 255) throw new FormError('has a scale factor that is out of range');
    }
  }

  /** pulse_data(). */
  #skipPulses(bits: Bits): void {
    if (this.#isShort) throw new FormError('has pulses in short windows');
    const count = bits.read(2) + 1;
    if (bits.read(6) >= this.#bands.long.length) throw new FormError('has pulses in no scale factor band');
    bits.skip(count * (5 + 4)); // pulse_offset, pulse_amp
  }

  /** tns_data(). */
  #skipNoiseShaping(bits: Bits): void {
    const isShort = this.#isShort;
    const highest = isShort ? 7 : this.#config.objectType === MAIN ? 20 : 12;
    for (let window = isShort ? 8 : 1; window > 0; window -= 1) {
      const filters = bits.read(isShort ? 1 : 2);
      if (filters === 0) continue;
      const resolution = 3 + bits.read(1);
      for (let filter = 0; filter < filters; filter += 1) {
        bits.skip(isShort ? 4 : 6); // length
        const order = bits.read(isShort ? 3 : 5);
        if (order > highest)
          throw new FormError('has a filter of temporal noise shaping of too high an order');
        if (order === 0) continue;
        bits.skip(1); // direction
        const isCompressed = bits.flag();
        bits.skip(order * (isCompressed ? resolution - 1 : resolution));
      }
    }
  }

  /** spectral_data(). */
  #skipSpectrum(bits: Bits): void {
    const widths = this.#isShort ? this.#bands.short : this.#bands.long;
    let band = 0;
    for (let group = 0; group < this.groups; group += 1) {
      for (let index = 0; index < this.bandCount; index += 1, band += 1) {
        const number = this.codebooks[band]!;
        if (number === ZERO || number > LAST_SPECTRUM) continue;
        const codebook = SPECTRUM[number - 1]!;
        let values = widths[index]! * this.#windows[group]!;
        for (; values > 0; values -= codebook.values) codebook.skip(bits);
      }
    }
  }
}
