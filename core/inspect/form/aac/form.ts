import { addSampleAesFrame } from '../audio/sample-aes-frame.ts';
import { Bits, FormError, NotFollowed } from '../bits.ts';
import type { CodecForm, SampleBytes, SampleForm } from '../codec-form.ts';
import type { ProtectedBytes } from '../protected-bytes.ts';
import { readAdts } from './adts.ts';
import { type AudioConfig, readAudioConfig } from './audio-config.ts';
import { RawDataBlock } from './raw-data-block.ts';

const WALKED: SampleForm = { isWalked: true, exactBits: 0 };

/** AAC Main, LC and LTP, under spectral band replication too: all of a frame is followed to ID_END, which has to be its end. */
export class AacForm implements CodecForm {
  readonly #bits = new Bits();
  readonly #block: RawDataBlock | undefined;
  /** Of frames with ADTS headers, whose configurations are in them, by their objectType and frequencyIndex. */
  readonly #blocks = new Map<number, RawDataBlock>();
  #start = 0;

  /** @param config AudioSpecificConfig; empty: frames have ADTS headers. @throws NotFollowed */
  constructor(config: Uint8Array) {
    this.#block = config.length === 0 ? undefined : new RawDataBlock(readAudioConfig(config));
  }

  get at(): number {
    return Math.max(this.#start, this.#bits.position >> 3);
  }

  check({ data, start, end }: SampleBytes): SampleForm {
    this.#start = start;
    const header = readAdts(data, start, end);
    if (!header && !this.#block) {
      this.#bits.open(data, start, end);
      throw new FormError('has no ADTS header');
    }
    const block = header ? this.#blockOf(header.config) : this.#block!;
    const bits = this.#bits.open(data, start + (header?.bytes ?? 0), end);
    for (let left = header?.blocks ?? 1; left > 0; left -= 1) {
      block.walk(bits);
      if (header?.hasCrc && header.blocks > 1) bits.skip(16); // adts_raw_data_block_error_check
    }
    // Some multiplexers make all frames as long as the longest.
    for (let at = bits.position >> 3; at < end; at += 1)
      if (data[at] !== 0) throw new FormError('ends in the middle: there are bytes behind ID_END');
    return WALKED;
  }

  addSampleAes(data: Uint8Array, start: number, end: number, ranges: ProtectedBytes): void {
    addSampleAesFrame(start + (readAdts(data, start, end)?.bytes ?? 0), end, ranges);
  }

  #blockOf(config: AudioConfig): RawDataBlock {
    if (config.objectType === 3) throw new NotFollowed('is of the scalable sampling rate profile');
    const name = config.objectType * 16 + config.frequencyIndex;
    const known = this.#blocks.get(name);
    if (known) return known;
    const block = new RawDataBlock(config);
    this.#blocks.set(name, block);
    return block;
  }
}
