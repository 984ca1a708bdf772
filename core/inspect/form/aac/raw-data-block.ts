import { type Bits, FormError } from '../bits.ts';
import type { AudioConfig } from './audio-config.ts';
import { ChannelStream } from './channel-stream.ts';
import { SCALE_FACTORS } from './codebooks.ts';

/** id_syn_ele (ISO/IEC 14496-3, table 4.85). */
const ELEMENT = {
  single: 0,
  pair: 1,
  coupling: 2,
  lowFrequency: 3,
  data: 4,
  program: 5,
  fill: 6,
  end: 7,
} as const;

/** Walks through raw_data_block() (ISO/IEC 14496-3, 4.4.2.1), to ID_END. */
export class RawDataBlock {
  readonly #channel: ChannelStream;
  readonly #other: ChannelStream;

  constructor(config: AudioConfig) {
    this.#channel = new ChannelStream(config);
    this.#other = new ChannelStream(config);
  }

  /** Follow one block; the reader stands behind it, at a whole byte, afterwards. @throws FormError */
  walk(bits: Bits): void {
    const start = bits.position;
    for (;;) {
      switch (bits.read(3)) {
        case ELEMENT.single:
        case ELEMENT.lowFrequency:
          bits.skip(4); // element_instance_tag
          this.#channel.walk(bits);
          break;
        case ELEMENT.pair:
          this.#walkPair(bits);
          break;
        case ELEMENT.coupling:
          this.#walkCoupling(bits);
          break;
        case ELEMENT.data:
          skipData(bits, start);
          break;
        case ELEMENT.program:
          skipProgramConfig(bits, start);
          break;
        case ELEMENT.fill:
          bits.skip(8 * readCount(bits, 4, -1)); // extension_payload: of spectral band replication too
          break;
        default:
          alignFrom(bits, start);
          return;
      }
    }
  }

  /** channel_pair_element(). */
  #walkPair(bits: Bits): void {
    bits.skip(4);
    const isShared = bits.flag();
    if (!isShared) {
      this.#channel.walk(bits);
      this.#other.walk(bits);
      return;
    }
    this.#channel.readWindows(bits, true);
    const mask = bits.read(2); // ms_mask_present
    if (mask === 3) throw new FormError('has a reserved ms_mask_present');
    if (mask === 1) bits.skip(this.#channel.groups * this.#channel.bandCount);
    this.#other.takeWindows(this.#channel);
    this.#channel.walk(bits, true);
    this.#other.walk(bits, true);
  }

  /** coupling_channel_element(). */
  #walkCoupling(bits: Bits): void {
    bits.skip(4);
    const isIndependent = bits.flag(); // ind_sw_cce_flag
    const coupled = bits.read(3);
    let lists = 0;
    for (let index = 0; index <= coupled; index += 1) {
      lists += 1;
      const isPair = bits.flag(); // cc_target_is_cpe
      bits.skip(4); // cc_target_tag_select
      if (isPair && bits.read(2) === 3) lists += 1; // cc_l, cc_r
    }
    bits.skip(4); // cc_domain, gain_element_sign, gain_element_scale
    this.#channel.walk(bits);
    const { codebooks, codebookCount } = this.#channel;
    for (let list = 1; list < lists; list += 1) {
      if (isIndependent || bits.flag()) {
        SCALE_FACTORS.read(bits); // common_gain_element
        continue;
      }
      for (let band = 0; band < codebookCount; band += 1) if (codebooks[band] !== 0) SCALE_FACTORS.read(bits); // dpcm_gain_element
    }
  }
}

/** byte_alignment(), counted from the start of the block. */
function alignFrom(bits: Bits, start: number): void {
  bits.skip((8 - ((bits.position - start) % 8)) % 8);
}

/** A count that a second field, of 8 bits, goes on with where the first is full. */
function readCount(bits: Bits, size: number, correction: number): number {
  const count = bits.read(size);
  return count === 2 ** size - 1 ? count + bits.read(8) + correction : count;
}

/** data_stream_element(). */
function skipData(bits: Bits, start: number): void {
  bits.skip(4);
  const isAligned = bits.flag();
  const count = readCount(bits, 8, 0);
  if (isAligned) alignFrom(bits, start);
  bits.skip(8 * count);
}

/** program_config_element(). */
function skipProgramConfig(bits: Bits, start: number): void {
  bits.skip(4 + 2 + 4); // element_instance_tag, object_type, sampling_frequency_index
  const [front, side, back, low, data, coupling] = [4, 4, 4, 2, 3, 4].map((size) => bits.read(size)) as [
    ...[number, number, number, number, number, number],
  ];
  if (bits.flag()) bits.skip(4); // mono_mixdown_element_number
  if (bits.flag()) bits.skip(4); // stereo_mixdown_element_number
  if (bits.flag()) bits.skip(3); // matrix_mixdown_idx, pseudo_surround_enable
  bits.skip(5 * (front + side + back + coupling) + 4 * (low + data));
  alignFrom(bits, start);
  bits.skip(8 * bits.read(8)); // comment_field_data
}
