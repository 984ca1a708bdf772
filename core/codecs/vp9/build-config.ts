import { BitstreamError } from '../../base/bit-reader.ts';
import { u8, u16, u32 } from '../../base/box.ts';
import { concat } from '../../base/bytes.ts';
import { BitReader } from '../../base/plain-bit-reader.ts';
import type { StoredFacts } from '../codec.ts';
import type { Colours } from '../picture-format.ts';
import type { Vp9Config } from './config.ts';

const FRAME_MARKER = 2;
const SYNC_CODE = 0x498342;
const SRGB = 7;
const UNSPECIFIED = 2;

/** Matrix coefficients (ISO/IEC 23091-2) by color_space (VP9 specification, 7.2.2). */
const MATRICES = [UNSPECIFIED, 5, 1, 6, 7, 9, UNSPECIFIED, 0] as const;

/** Levels, ten times: the most luma samples a second and a picture (VP9 levels, as of 2016). */
const LEVELS: readonly (readonly [level: number, rate: number, size: number])[] = [
  [10, 829_440, 36_864],
  [11, 2_764_800, 73_728],
  [20, 4_608_000, 122_880],
  [21, 9_216_000, 245_760],
  [30, 20_736_000, 552_960],
  [31, 36_864_000, 983_040],
  [40, 83_558_400, 2_228_224],
  [41, 160_432_128, 2_228_224],
  [50, 311_951_360, 8_912_896],
  [51, 588_251_136, 8_912_896],
  [52, 1_176_502_272, 8_912_896],
  [60, 1_176_502_272, 35_651_584],
  [61, 2_353_004_544, 35_651_584],
];
const HIGHEST_LEVEL = 62;

/** What a key frame says of the stream. */
type Vp9Format = Pick<
  Vp9Config,
  'profile' | 'bitDepth' | 'chromaSubsampling' | 'fullRange' | 'matrixCoefficients'
>;

/**
 * Read uncompressed_header() of a key frame (VP9 specification, 6.2) up to its color_config().
 * @throws BitstreamError when the frame is not a key frame
 */
function readFormat(frame: Uint8Array): Vp9Format {
  const bits = new BitReader(frame);
  if (bits.read(2) !== FRAME_MARKER) throw new BitstreamError('does not begin with the frame marker');
  const profile = bits.read(1) + 2 * bits.read(1);
  if (profile === 3) bits.read(1);
  const isKey = !bits.flag() && bits.read(1) === 0;
  bits.read(2); // show_frame, error_resilient_mode
  if (!isKey || bits.read(24) !== SYNC_CODE) throw new BitstreamError('does not begin with a key frame');
  const bitDepth = profile >= 2 ? (bits.flag() ? 12 : 10) : 8;
  const space = bits.read(3);
  const common = { profile, bitDepth, matrixCoefficients: MATRICES[space]! };
  if (space === SRGB) return { ...common, fullRange: true, chromaSubsampling: 3 };
  const fullRange = bits.flag();
  // 4:2:0 with chroma on the luma samples is 1; other profiles state subsampling_x and subsampling_y.
  const chromaSubsampling = profile % 2 === 0 ? 1 : bits.flag() ? 2 : 3;
  return { ...common, fullRange, chromaSubsampling };
}

/** The lowest level that allows such pictures. */
export const vp9Level = (width: number, height: number, frameRate: number): number =>
  LEVELS.find(([, rate, size]) => width * height <= size && width * height * frameRate <= rate)?.[0] ??
  HIGHEST_LEVEL;

/** Where level is in the payload of `vpcC`. */
const LEVEL_AT = 5;

/** A payload of `vpcC` whose level is 0, as old muxers wrote it, with the lowest one that allows such pictures. */
export function withVp9Level(
  config: Uint8Array,
  { width, height, frameRate }: Pick<StoredFacts, 'width' | 'height' | 'frameRate'>,
): Uint8Array {
  return config[LEVEL_AT] === 0 ? config.with(LEVEL_AT, vp9Level(width, height, frameRate)) : config;
}

/**
 * What `vpcC` has to say of a stream whose container does not.
 * @param frame the first frame, a key frame
 * @param level ten times the level, see {@link vp9Level}
 * @param colours what the container says of them; it goes before the frame's one word
 */
export function vp9Config(frame: Uint8Array, level: number, colours: Colours | undefined): Vp9Config {
  const format = readFormat(frame);
  return {
    ...format,
    level,
    fullRange: colours?.fullRange ?? format.fullRange,
    colourPrimaries: colours?.primaries ?? UNSPECIFIED,
    transferCharacteristics: colours?.transfer ?? UNSPECIFIED,
    matrixCoefficients: colours?.matrix ?? format.matrixCoefficients,
  };
}

/** The payload of `vpcC` (VP Codec ISO Media File Format Binding), version 1. */
export const buildVp9Config = (config: Vp9Config): Uint8Array =>
  concat([
    u32(0x0100_0000), // version 1
    u8(config.profile),
    u8(config.level),
    u8((config.bitDepth << 4) | (config.chromaSubsampling << 1) | Number(config.fullRange)),
    u8(config.colourPrimaries),
    u8(config.transferCharacteristics),
    u8(config.matrixCoefficients),
    u16(0), // codecInitializationDataSize
  ]);
