import { Bits, FormError, NotFollowed } from '../bits.ts';
import { type CodecForm, protectedWithin, type SampleBytes, type SampleForm } from '../codec-form.ts';
import { CRC_16 } from './crc.ts';

/** kbit/s of Layer III by bitrate_index, of MPEG-1 and of MPEG-2 and 2.5. */
const RATES_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const RATES_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const FREQUENCIES = [44_100, 48_000, 32_000];
const LAYER_3 = 1;
const MPEG_1 = 3;
const MONO = 3;
/** Highest main_data_begin: bytes of earlier frames that a frame may use. */
const [RESERVOIR_1, RESERVOIR_2] = [511, 255];

/** MP3 (ISO/IEC 11172-3 and 13818-3, Layer III): header, CRC where there is one, and side information that fits the frame. */
export class MpegAudioForm implements CodecForm {
  readonly #bits = new Bits();
  #start = 0;

  get at(): number {
    return Math.max(this.#start, this.#bits.position >> 3);
  }

  check(sample: SampleBytes): SampleForm {
    const { data, start, end } = sample;
    this.#start = start;
    const bits = this.#bits.open(data, start, end);
    if (bits.read(11) !== 0x7ff) throw new FormError('has no sync word of MPEG audio');
    const version = bits.read(2);
    if (version === 1) throw new FormError('has a reserved version of MPEG audio');
    // Layer II has the same object type.
    if (bits.read(2) !== LAYER_3) throw new NotFollowed('is not of Layer III');
    const hasCrc = !bits.flag();
    const [rateIndex, frequencyIndex, padding] = [bits.read(4), bits.read(2), bits.read(1)];
    if (rateIndex === 15 || frequencyIndex === 3)
      throw new FormError('has a reserved value in its MPEG audio header');
    bits.skip(1);
    const isMono = bits.read(2) === MONO;
    bits.skip(4); // mode_extension, copyright, original
    if (bits.read(2) === 2) throw new FormError('has a reserved emphasis');
    const isFirst = version === MPEG_1;
    if (rateIndex > 0) {
      const rate = (isFirst ? RATES_1 : RATES_2)[rateIndex]! * 1000;
      const frequency = FREQUENCIES[frequencyIndex]! / (isFirst ? 1 : version === 2 ? 2 : 4);
      const size = Math.floor(((isFirst ? 144 : 72) * rate) / frequency) + padding;
      if (size !== end - start) throw new FormError('has another length than its MPEG audio header says');
    }
    const sideBytes = isFirst ? (isMono ? 17 : 32) : isMono ? 9 : 17;
    const sideStart = start + 4 + (hasCrc ? 2 : 0);
    if (hasCrc) {
      const before = CRC_16.of(data, start + 2, start + 4, 0xffff);
      const crc = CRC_16.of(data, sideStart, Math.min(end, sideStart + sideBytes), before);
      if (crc !== bits.read(16)) throw new FormError('has side information whose CRC is wrong');
    }
    this.#checkSideInfo(isFirst, isMono, end - sideStart - sideBytes);
    const isProtected = protectedWithin(sample, start, sideStart + sideBytes) > 0;
    return { isWalked: isProtected, exactBits: 0 };
  }

  /** main_data_begin, and whether the lengths of all granules fit in what is there. */
  #checkSideInfo(isFirst: boolean, isMono: boolean, mainBytes: number): void {
    const bits = this.#bits;
    const begin = bits.read(isFirst ? 9 : 8);
    bits.skip(isFirst ? (isMono ? 5 : 3) : isMono ? 1 : 2); // private_bits
    const channels = isMono ? 1 : 2;
    if (isFirst) bits.skip(4 * channels); // scfsi
    let length = 0;
    for (let granule = channels * (isFirst ? 2 : 1); granule > 0; granule -= 1) {
      length += bits.read(12); // part2_3_length
      if (bits.read(9) > 288) throw new FormError('has more spectral values than there are'); // big_values
      bits.skip(8 + (isFirst ? 4 : 9)); // global_gain, scalefac_compress
      if (bits.flag()) {
        if (bits.read(2) === 0) throw new FormError('has a reserved block type');
        bits.skip(1 + 2 * 5 + 3 * 3); // mixed_block_flag, table_select, subblock_gain
      } else {
        bits.skip(3 * 5 + 4 + 3); // table_select, region counts
      }
      bits.skip(isFirst ? 3 : 2); // preflag, scalefac_scale, count1table_select
    }
    if (length > 8 * (Math.min(begin, isFirst ? RESERVOIR_1 : RESERVOIR_2) + mainBytes))
      throw new FormError('has side information of more data than there is');
  }
}
