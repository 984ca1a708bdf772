import { BitstreamError } from '../../../base/bit-reader.ts';
import { type Box, box, u8, u16, u32, zeros } from '../../../base/box.ts';
import type { Rational } from '../../../base/fraction.ts';
import type { Colours } from '../../../codecs/picture-format.ts';

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
  /** Payloads of further boxes by type. @default none */
  readonly boxes?: ReadonlyMap<string, Uint8Array>;
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

const NO_BOXES: ReadonlyMap<string, Uint8Array> = new Map();
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
  boxes = NO_BOXES,
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
    [...boxes].map(([name, payload]) => box(name, payload)),
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
