import type { RbspReader } from '../base/bit-reader.ts';
import type { Rational } from '../base/fraction.ts';

/** What colours mean: code points of ISO/IEC 23091-2. */
export interface Colours {
  readonly primaries: number;
  readonly transfer: number;
  readonly matrix: number;
  readonly fullRange: boolean;
}

/** What a sequence parameter set says of the pictures as they are shown. */
export interface PictureFormat {
  /** Pixels, after cropping. */
  readonly width: number;
  readonly height: number;
  /** `undefined` where the stream says nothing of it. */
  readonly sar: Rational | undefined;
  readonly colours: Colours | undefined;
}

/** What a bitstream says of its pictures as they are shown. */
export type CodedPicture = Partial<PictureFormat>;

/** chroma_format_idc and the bit depths, as decoder configurations repeat them. */
export interface PixelFormat {
  readonly chromaFormat: number;
  readonly lumaBits: number;
  readonly chromaBits: number;
}

/** Sample aspect ratios by aspect_ratio_idc (ITU-T H.273, table 10); 0 is unspecified. */
const ASPECT_RATIOS: readonly (readonly [number, number])[] = [
  [0, 0],
  [1, 1],
  [12, 11],
  [10, 11],
  [16, 11],
  [40, 33],
  [24, 11],
  [20, 11],
  [32, 11],
  [80, 33],
  [18, 11],
  [15, 11],
  [64, 33],
  [160, 99],
  [4, 3],
  [3, 2],
  [2, 1],
];
const EXTENDED_SAR = 255;
/** Code point of primaries, transfer and matrix that nothing is said of. */
export const UNSPECIFIED = 2;

/** SubWidthC and SubHeightC by chroma_format_idc: the units of cropping. */
export const CHROMA_UNITS: readonly (readonly [number, number])[] = [
  [1, 1],
  [2, 2],
  [2, 1],
  [1, 1],
];

/** Read the head of vui_parameters(), which H.264 (E.1.1) and H.265 (E.2.1) share: aspect ratio to colours. */
export function readVuiHead(reader: RbspReader): Pick<PictureFormat, 'sar' | 'colours'> {
  const sar = reader.flag() ? readAspectRatio(reader) : undefined;
  if (reader.flag()) reader.flag(); // overscan_appropriate_flag
  if (!reader.flag()) return { sar, colours: undefined };
  reader.bits(3); // video_format
  const fullRange = reader.flag();
  const [primaries, transfer, matrix] = reader.flag()
    ? [reader.bits(8), reader.bits(8), reader.bits(8)]
    : [UNSPECIFIED, UNSPECIFIED, UNSPECIFIED];
  return { sar, colours: { primaries, transfer, matrix, fullRange } };
}

function readAspectRatio(reader: RbspReader): Rational | undefined {
  const idc = reader.bits(8);
  const [num, den] =
    idc === EXTENDED_SAR ? [reader.bits(16), reader.bits(16)] : (ASPECT_RATIOS[idc] ?? [0, 0]);
  return num === 0 || den === 0 ? undefined : { num, den };
}
