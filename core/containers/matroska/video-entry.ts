import type { Rational } from '../../base/fraction.ts';
import type { Colours } from '../../codecs/picture-format.ts';
import { type DisplayMatrix, turned } from '../../media/orientation.ts';
import { childrenOf, floatOf } from './ebml.ts';

/** What the Video element of a TrackEntry says (RFC 9559, 5.1.4.1.28). */
export interface MatroskaVideo {
  /** Pixels that a decoder gives out. */
  readonly width: number;
  readonly height: number;
  /** What PixelCrop leaves of them; absent: all. */
  readonly cropped?: { readonly width: number; readonly height: number };
  /** 1:1 when the file says nothing. */
  readonly sar: Rational;
  readonly colours: Colours | undefined;
  readonly matrix?: DisplayMatrix;
}

const UNSPECIFIED = 2;
/** Code points of colours (ITU-T H.273) have a byte. */
const LARGEST_CODE = 0xff;
const FULL_RANGE = 2;

/** @param data of a Video element */
export function readVideo(data: Uint8Array): MatroskaVideo {
  const video = childrenOf(data);
  const [width, height] = [video.number(0xb0, 0), video.number(0xba, 0)];
  const crop = (sides: readonly number[]) => sides.reduce((sum, id) => sum + video.number(id, 0), 0);
  const cropped = {
    width: width - crop([0x54cc, 0x54dd]), // PixelCropLeft, PixelCropRight
    height: height - crop([0x54bb, 0x54aa]),
  };
  // DisplayUnit 4 says that the shape is not known; all others give two lengths of one unit.
  const isKnown = video.number(0x54b2, 0) !== 4;
  const shown = { width: video.number(0x54b0, cropped.width), height: video.number(0x54ba, cropped.height) };
  const sar = { num: shown.width * cropped.height, den: shown.height * cropped.width };
  const colour = video.bytes(0x55b0);
  const projection = video.bytes(0x7670);
  const matrix = projection && readProjection(projection);
  return {
    width,
    height,
    ...((cropped.width !== width || cropped.height !== height) && { cropped }),
    sar: isKnown && sar.num > 0 && sar.den > 0 ? sar : { num: 1, den: 1 },
    colours: colour && readColours(colour),
    ...(matrix && { matrix }),
  };
}

const RECTANGULAR = 0;

/** A flat picture that is rolled, or looked at from behind; degrees are counter-clockwise (RFC 9559, 5.1.4.1.28.41). */
function readProjection(data: Uint8Array): DisplayMatrix | undefined {
  const projection = childrenOf(data);
  const pose = (id: number): number => {
    const angle = projection.bytes(id);
    return angle ? floatOf(angle) : 0;
  };
  const [yaw, pitch, roll] = [pose(0x7673), pose(0x7674), pose(0x7675)];
  const isFlat = projection.number(0x7671, RECTANGULAR) === RECTANGULAR && pitch === 0;
  const isBehind = Math.abs(yaw) === 180;
  if (!isFlat || !Number.isFinite(roll) || (yaw !== 0 && !isBehind)) return undefined;
  return turned(-roll, isBehind);
}

function readColours(data: Uint8Array): Colours | undefined {
  const colour = childrenOf(data);
  const codes = [0x55bb, 0x55ba, 0x55b1]
    .map((id) => colour.number(id, UNSPECIFIED))
    .map((code) => (code > LARGEST_CODE ? UNSPECIFIED : code));
  const [primaries = UNSPECIFIED, transfer = UNSPECIFIED, matrix = UNSPECIFIED] = codes;
  const range = colour.number(0x55b9, 0);
  if (range === 0 && codes.every((code) => code === UNSPECIFIED)) return undefined;
  return { primaries, transfer, matrix, fullRange: range === FULL_RANGE };
}
