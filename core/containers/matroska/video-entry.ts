import type { Rational } from '../../base/fraction.ts';
import type { Chromaticity, ContentLight, HdrMetadata, MasteringDisplay } from '../../codecs/hdr-metadata.ts';
import type { Colours } from '../../codecs/picture-format.ts';
import { type DisplayMatrix, turned } from '../../media/orientation.ts';
import { type Children, childrenOf, floatOf } from './ebml.ts';

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
  readonly hdr?: HdrMetadata;
  /** MasteringMetadata says too little, or what cannot be. */
  readonly hasOddMastering?: boolean;
  /** StereoMode; absent: one view. */
  readonly stereoMode?: number;
  /** AlphaMode: a second picture says how transparent each is. */
  readonly hasAlpha?: boolean;
  /** How they are to be projected, where players are to do more than `matrix` says. */
  readonly projection?: string;
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
  const stereoMode = video.number(0x53b8, 0);
  const hdr = colour && readHdr(colour);
  return {
    width,
    height,
    ...((cropped.width !== width || cropped.height !== height) && { cropped }),
    sar: isKnown && sar.num > 0 && sar.den > 0 ? sar : { num: 1, den: 1 },
    colours: colour && readColours(colour),
    ...hdr,
    ...(stereoMode !== 0 && { stereoMode }),
    ...(video.number(0x53c0, 0) === 1 && { hasAlpha: true }),
    ...(projection && readProjection(projection)),
  };
}

/** By ProjectionType. */
const PROJECTIONS = ['rectangular', 'equirectangular', 'cubemap', 'mesh'] as const;

/** A flat picture may be rolled, or looked at from behind; degrees are counter-clockwise (RFC 9559, 5.1.4.1.28.41). */
function readProjection(data: Uint8Array): Pick<MatroskaVideo, 'matrix' | 'projection'> {
  const projection = childrenOf(data);
  const pose = (id: number): number => {
    const angle = projection.bytes(id);
    return angle ? floatOf(angle) : 0;
  };
  const [yaw, pitch, roll] = [pose(0x7673), pose(0x7674), pose(0x7675)];
  const type = projection.number(0x7671, 0);
  const isBehind = Math.abs(yaw) === 180;
  if (type !== 0) return { projection: PROJECTIONS[type] ?? `of ProjectionType ${type}` };
  if (pitch !== 0 || !Number.isFinite(roll) || (yaw !== 0 && !isBehind)) return { projection: 'tilted' };
  const matrix = turned(-roll, isBehind);
  return matrix ? { matrix } : {};
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

/** More cd/m² have no place in the boxes of MP4. */
const MOST_LUMINANCE = 2 ** 18;
/** Light levels have 16 bits there. */
const MOST_LIGHT = 0xffff;

/** How bright and how coloured all pictures are (RFC 9559, 5.1.4.1.28.27 to 5.1.4.1.28.40), for codecs whose bitstream does not say it. */
function readHdr(data: Uint8Array): Pick<MatroskaVideo, 'hdr' | 'hasOddMastering'> {
  const colour = childrenOf(data);
  const stated = colour.bytes(0x55d0);
  const mastering = stated && readMastering(childrenOf(stated));
  const light = readLight(colour);
  return {
    ...((mastering || light) && { hdr: { mastering, light } }),
    ...(stated && !mastering && { hasOddMastering: true }),
  };
}

/** `undefined` where a value is missing or cannot be. */
function readMastering(metadata: Children): MasteringDisplay | undefined {
  const value = (id: number): number => {
    const data = metadata.bytes(id);
    return data ? floatOf(data) : Number.NaN;
  };
  const place = (id: number): Chromaticity => [value(id), value(id + 1)];
  const [red, green, blue, white] = [place(0x55d1), place(0x55d3), place(0x55d5), place(0x55d7)];
  const [maxLuminance, minLuminance] = [value(0x55d9), value(0x55da)];
  const isPlace = (coordinate: number): boolean => coordinate >= 0 && coordinate <= 1;
  if (![red, green, blue, white].flat().every(isPlace) || white.includes(0)) return undefined;
  const isRange = minLuminance >= 0 && minLuminance < maxLuminance && maxLuminance < MOST_LUMINANCE;
  return isRange ? { red, green, blue, white, maxLuminance, minLuminance } : undefined;
}

/** MaxCLL and MaxFALL; `undefined` where neither is known. */
function readLight(colour: Children): ContentLight | undefined {
  const level = (id: number): number => {
    const value = colour.number(id, 0);
    return value > MOST_LIGHT ? 0 : value;
  };
  const [maxCll, maxFall] = [level(0x55bc), level(0x55bd)];
  return maxCll === 0 && maxFall === 0 ? undefined : { maxCll, maxFall };
}
