import { BitstreamError } from '../../base/bit-reader.ts';
import { BitReader } from '../../base/plain-bit-reader.ts';

/** Hz by sampling_frequency of MPEG-1 (ISO/IEC 11172-3, 2.4.2.3); MPEG-2 has half of it, MPEG-2.5 a quarter. */
const SAMPLE_RATES: readonly (number | undefined)[] = [44_100, 48_000, 32_000, undefined];
const MPEG_1 = 3;
const [LAYER_3, LAYER_2, LAYER_1] = [1, 2, 3];
const SINGLE_CHANNEL = 3;

/** kbit/s by bitrate_index (ISO/IEC 11172-3, 2.4.2.3; ISO/IEC 13818-3, 2.4.2.3): MPEG-1 layers I to III, MPEG-2 layer I, then II and III. */
const BIT_RATES = {
  layer1: [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  layer2: [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  layer3: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  lowLayer1: [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  low: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const;

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
    samples: layer === LAYER_1 ? 384 : isLayer3 && version !== MPEG_1 ? 576 : 1152,
  };
}

/**
 * The length of a frame in bytes, from its first three.
 * @throws BitstreamError when there is no frame, it has reserved values or no bit rate
 */
export function mpegAudioFrameBytes(frame: Uint8Array): number {
  const { samples, sampleRate, objectType } = parseMpegAudioFrame(frame);
  const layer = (frame[1]! >> 1) & 3;
  const bitRate = bitRatesOf(layer, objectType === 0x6b)[frame[2]! >> 4];
  if (!bitRate) throw new BitstreamError('has an MPEG audio frame without a bit rate');
  const padding = (frame[2]! >> 1) & 1;
  // Layer I counts slots of four bytes.
  const slot = layer === LAYER_1 ? 4 : 1;
  return slot * (Math.floor((samples * bitRate * 1000) / (8 * slot * sampleRate)) + padding);
}

function bitRatesOf(layer: number, isMpeg1: boolean): readonly number[] {
  if (!isMpeg1) return layer === LAYER_1 ? BIT_RATES.lowLayer1 : BIT_RATES.low;
  if (layer === LAYER_3) return BIT_RATES.layer3;
  return layer === LAYER_2 ? BIT_RATES.layer2 : BIT_RATES.layer1;
}
