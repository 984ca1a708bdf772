import { BitstreamError } from './bit-reader.ts';
import { BitReader } from './plain-bit-reader.ts';

/** Hz by sampling_frequency of MPEG-1 (ISO/IEC 11172-3, 2.4.2.3); MPEG-2 has half of it, MPEG-2.5 a quarter. */
const SAMPLE_RATES: readonly (number | undefined)[] = [44_100, 48_000, 32_000, undefined];
const MPEG_1 = 3;
const LAYER_3 = 1;
const SINGLE_CHANNEL = 3;

/** What the header of an MPEG audio frame says. */
export interface MpegAudioFrame {
  /** objectTypeIndication in `esds`: 0x6B for MPEG-1, 0x69 for MPEG-2 and 2.5. */
  readonly objectType: number;
  readonly isLayer3: boolean;
  readonly sampleRate: number;
  readonly channels: number;
  /** Samples of a channel. */
  readonly samples: number;
}

/** @throws BitstreamError when there is no frame, or it has reserved values */
export function parseMpegAudioFrame(frame: Uint8Array): MpegAudioFrame {
  const bits = new BitReader(frame);
  if (bits.read(11) !== 0x7ff) throw new BitstreamError('has no MPEG audio frame where one must begin');
  const version = bits.read(2); // 0: MPEG-2.5, 2: MPEG-2
  const layer = bits.read(2); // 3: layer I
  bits.read(1 + 4); // protection, bit rate
  const rate = SAMPLE_RATES[bits.read(2)];
  bits.read(2); // padding, private
  const mode = bits.read(2);
  if (version === 1 || layer === 0 || rate === undefined)
    throw new BitstreamError('has an MPEG audio frame with reserved values');
  const isLayer3 = layer === LAYER_3;
  return {
    objectType: version === MPEG_1 ? 0x6b : 0x69,
    isLayer3,
    sampleRate: rate >> (version === MPEG_1 ? 0 : version === 2 ? 1 : 2),
    channels: mode === SINGLE_CHANNEL ? 1 : 2,
    samples: layer === 3 ? 384 : isLayer3 && version !== MPEG_1 ? 576 : 1152,
  };
}
