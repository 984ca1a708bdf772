import { BitstreamError } from '../../../base/bit-reader.ts';
import { type Box, box, fullBox, u8, u16, u32, zeros } from '../../../base/box.ts';
import { concat } from '../../../base/bytes.ts';
import type { Colours } from '../../../codecs/picture-format.ts';
import type { Rational } from '../../../media/track.ts';

/** What a VisualSampleEntry says besides its configuration. */
export interface VideoEntry {
  /** `avc1`, `hev1`, … */
  readonly type: string;
  /** Pixels, after cropping; at most 65535. */
  readonly width: number;
  readonly height: number;
  /** Type of the configuration box, and its payload. */
  readonly configBox: string;
  readonly config: Uint8Array;
  /** Written as `pasp` unless it is 1:1. */
  readonly sar: Rational;
  /** Written as `colr` of type `nclx`. */
  readonly colours: Colours | undefined;
}

/** What an AudioSampleEntry says besides its configuration. */
export interface AudioEntry {
  readonly type: string;
  readonly channels: number;
  /** Hz; the field has no room for more than 65535 and says 0 then. */
  readonly sampleRate: number;
  readonly sampleSize?: number;
  /** The whole configuration box. */
  readonly config: Box;
}

const PIXELS_72_DPI = 0x48_0000;

/** Width and height have 16 bits. */
const MOST_PIXELS = 0xffff;

/**
 * A sample entry of a video track whose input has none (ISO/IEC 14496-12, 12.1.3).
 * @throws BitstreamError for pictures that are too large for it
 */
export function videoSampleEntry({
  type,
  width,
  height,
  configBox,
  config,
  sar,
  colours,
}: VideoEntry): Uint8Array {
  if (Math.max(width, height) > MOST_PIXELS)
    throw new BitstreamError(`has pictures of ${width} by ${height} pixels`);
  return box(
    type,
    zeros(6),
    u16(1), // data_reference_index
    zeros(16),
    u16(width),
    u16(height),
    u32(PIXELS_72_DPI),
    u32(PIXELS_72_DPI),
    zeros(4),
    u16(1), // frame_count
    zeros(32), // compressorname
    u16(24), // depth
    u16(0xffff), // pre_defined
    box(configBox, config),
    sar.num === sar.den ? zeros(0) : box('pasp', u32(sar.num), u32(sar.den)),
    colours ? colr(colours) : zeros(0),
  );
}

const colr = ({ primaries, transfer, matrix, fullRange }: Colours): Box =>
  box('colr', 'nclx', u16(primaries), u16(transfer), u16(matrix), u8(fullRange ? 0x80 : 0));

/** A sample entry of an audio track whose input has none (ISO/IEC 14496-12, 12.2.3). */
export const audioSampleEntry = ({
  type,
  channels,
  sampleRate,
  sampleSize = 16,
  config,
}: AudioEntry): Uint8Array =>
  box(
    type,
    zeros(6),
    u16(1), // data_reference_index
    zeros(8),
    u16(channels),
    u16(sampleSize),
    zeros(4),
    u32(sampleRate > 0xffff ? 0 : sampleRate * 0x1_0000),
    config,
  );

const ES_DESCRIPTOR = 3;
const DECODER_CONFIG = 4;
const DECODER_SPECIFIC_INFO = 5;
const SL_CONFIG = 6;
const NO_RATES = zeros(11);
/** streamType 5 (audio), upStream 0, reserved 1. */
const AUDIO_STREAM = 0x15;

/**
 * `esds` of an audio stream (ISO/IEC 14496-1, 7.2.6; 14496-14, 5.6).
 * @param objectType objectTypeIndication: 0x40 MPEG-4 audio, 0x69 and 0x6B MP3
 * @param decoderConfig an AudioSpecificConfig; empty for MP3
 * @param rates bufferSizeDB, maxBitrate and avgBitrate; all 0: not stated
 */
export function esds(objectType: number, decoderConfig: Uint8Array, rates: Uint8Array = NO_RATES): Box {
  const specific = decoderConfig.length > 0 ? descriptor(DECODER_SPECIFIC_INFO, decoderConfig) : zeros(0);
  const decoder = descriptor(DECODER_CONFIG, u8(objectType), u8(AUDIO_STREAM), rates, specific);
  const sync = descriptor(SL_CONFIG, u8(2)); // predefined: MP4
  return fullBox('esds', 0, 0, descriptor(ES_DESCRIPTOR, u16(0), u8(0), decoder, sync));
}

/** What the two bytes of length that count can say, seven bits each; real ones have a hundred bytes. */
const MOST_DESCRIPTOR_BYTES = 0x3fff;

function descriptor(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = concat(parts);
  if (body.length > MOST_DESCRIPTOR_BYTES)
    throw new BitstreamError(`has a decoder configuration of ${body.length} bytes`);
  return concat([u8(tag), u8(0x80), u8(0x80 | (body.length >> 7)), u8(body.length & 0x7f), body]);
}
