import { BitstreamError, type RbspReader } from '../../base/bit-reader.ts';
import { CHROMA_UNITS, type PixelFormat } from '../picture-format.ts';
import { parseReferenceSet, type ReferenceSet } from './reference-set.ts';
import { skipScalingLists } from './scaling-lists.ts';
import { skipVui } from './vui.ts';

/** What slice headers need of a sequence parameter set (ITU-T H.265, 7.4.3.2). */
export interface HevcSps {
  readonly id: number;
  readonly separateColourPlane: boolean;
  /** ChromaArrayType: 0 for monochrome and for separate colour planes. */
  readonly chromaArrayType: number;
  /** Bits of slice_segment_address. */
  readonly addressBits: number;
  /** PicHeightInCtbsY */
  readonly heightInCtbs: number;
  readonly pocLsbBits: number;
  readonly sampleAdaptiveOffset: boolean;
  /** The short-term reference picture sets that slices choose from. */
  readonly referenceSets: readonly ReferenceSet[];
  readonly longTermReferences: boolean;
  /** used_by_curr_pic_lt_sps_flag of the long-term pictures that slices choose from. */
  readonly longTermUsed: readonly boolean[];
  readonly temporalMotion: boolean;
  /** Slices say whether their motion vectors are whole: motion_vector_resolution_control_idc 2. */
  readonly integerMotionFlag: boolean;
  readonly picture: HevcPicture;
}

/** What decoder configurations and sample entries repeat of a sequence parameter set. */
export interface HevcPicture {
  /** Pixels, after cropping to the conformance window. */
  readonly width: number;
  readonly height: number;
  readonly format: PixelFormat;
  readonly subLayers: number;
  readonly temporalIdNesting: boolean;
  /** The VUI has been read: a profile with screen content tools. */
  readonly isPastVui: boolean;
}

/** The most that a sample entry can say of a picture's width and height. */
const LARGEST_SIDE = 0xffff;

/** general_profile_idc of the profiles with screen content tools (A.3.7, A.3.8). */
const SCREEN_CONTENT_PROFILES = [9, 11] as const;

/** Read seq_parameter_set_rbsp() of the base layer as far as slice headers need it. */
export function parseSps(reader: RbspReader): HevcSps {
  reader.bits(4); // sps_video_parameter_set_id
  const subLayers = reader.bits(3) + 1;
  const temporalIdNesting = reader.flag();
  const screenContent = parseProfile(reader, subLayers);
  const id = reader.ueUpTo(15, 'sps_seq_parameter_set_id');
  const chromaFormat = reader.ueUpTo(3, 'chroma_format_idc');
  const separateColourPlane = chromaFormat === 3 && reader.flag();
  const width = reader.ueUpTo(LARGEST_SIDE, 'pic_width_in_luma_samples');
  const height = reader.ueUpTo(LARGEST_SIDE, 'pic_height_in_luma_samples');
  if (width === 0 || height === 0) throw new BitstreamError('says that pictures have no width or no height');
  const [left, right, top, bottom] = reader.flag()
    ? [reader.ue(), reader.ue(), reader.ue(), reader.ue()] // conformance window
    : [0, 0, 0, 0];
  const lumaBits = reader.ueUpTo(8, 'bit_depth_luma_minus8') + 8;
  const chromaBits = reader.ueUpTo(8, 'bit_depth_chroma_minus8') + 8;
  const pocLsbBits = reader.ueUpTo(12, 'log2_max_pic_order_cnt_lsb_minus4') + 4;
  skipOrdering(reader, subLayers);
  const ctb = 2 ** parseCtbLog2(reader);
  const heightInCtbs = Math.ceil(height / ctb);
  const ctbs = Math.ceil(width / ctb) * heightInCtbs;
  if (reader.flag() && reader.flag()) skipScalingLists(reader);
  reader.flag(); // amp_enabled_flag
  const sampleAdaptiveOffset = reader.flag();
  if (reader.flag()) skipPcm(reader);
  const referenceSets: ReferenceSet[] = [];
  for (let sets = reader.ueUpTo(64, 'num_short_term_ref_pic_sets'); sets > 0; sets -= 1) {
    referenceSets.push(parseReferenceSet(reader, referenceSets));
  }
  const longTermReferences = reader.flag();
  const longTermUsed = longTermReferences ? parseLongTerm(reader, pocLsbBits) : [];
  const temporalMotion = reader.flag();
  reader.flag(); // strong_intra_smoothing_enabled_flag
  const [unitX, unitY] = CHROMA_UNITS[chromaFormat]!;
  return {
    id,
    separateColourPlane,
    chromaArrayType: separateColourPlane ? 0 : chromaFormat,
    addressBits: bitsFor(ctbs),
    heightInCtbs,
    pocLsbBits,
    sampleAdaptiveOffset,
    referenceSets,
    longTermReferences,
    longTermUsed,
    temporalMotion,
    // What is behind is read only where it matters: some encoders write a VUI that does not parse.
    integerMotionFlag:
      screenContent && parseIntegerMotionFlag(reader, subLayers, chromaFormat, [lumaBits, chromaBits]),
    picture: {
      width: width - unitX * (left + right),
      height: height - unitY * (top + bottom),
      format: { chromaFormat, lumaBits, chromaBits },
      ...{ subLayers, temporalIdNesting, isPastVui: screenContent },
    },
  };
}

/** Ceil(Log2(count)): the bits of a number below `count`. */
export const bitsFor = (count: number): number => 32 - Math.clz32(count - 1);

/** profile_tier_level() (7.3.3): answers whether the profile is one with screen content tools. */
function parseProfile(reader: RbspReader, subLayers: number): boolean {
  const profile = reader.bits(8) & 31;
  const compatibility = reader.bits(32);
  reader.skip(48 + 8); // constraint flags, general_level_idc
  const presence: boolean[] = [];
  for (let layer = 0; layer < subLayers - 1; layer += 1) presence.push(reader.flag(), reader.flag());
  if (subLayers > 1) reader.skip(2 * (9 - subLayers)); // reserved_zero_2bits
  presence.forEach((present, index) => {
    if (present) reader.skip(index % 2 === 0 ? 88 : 8); // a sub-layer's profile, its level
  });
  return SCREEN_CONTENT_PROFILES.some((idc) => profile === idc || ((compatibility >>> (31 - idc)) & 1) === 1);
}

function skipOrdering(reader: RbspReader, subLayers: number): void {
  const layers = reader.flag() ? subLayers : 1;
  for (let layer = 0; layer < layers; layer += 1) {
    reader.ue(); // sps_max_dec_pic_buffering_minus1
    reader.ue(); // sps_max_num_reorder_pics
    reader.ue(); // sps_max_latency_increase_plus1
  }
}

/** Block sizes: answers CtbLog2SizeY. */
function parseCtbLog2(reader: RbspReader): number {
  const least = reader.ueUpTo(3, 'log2_min_luma_coding_block_size_minus3') + 3;
  const log2 = least + reader.ueUpTo(6 - least, 'log2_diff_max_min_luma_coding_block_size');
  for (let field = 0; field < 4; field += 1) reader.ue(); // transform block sizes and depths
  return log2;
}

function skipPcm(reader: RbspReader): void {
  reader.bits(8); // bit depths
  reader.ue(); // log2_min_pcm_luma_coding_block_size_minus3
  reader.ue(); // log2_diff_max_min_pcm_luma_coding_block_size
  reader.flag(); // pcm_loop_filter_disabled_flag
}

function parseLongTerm(reader: RbspReader, pocLsbBits: number): boolean[] {
  const count = reader.ueUpTo(32, 'num_long_term_ref_pics_sps');
  return Array.from({ length: count }, () => {
    reader.bits(pocLsbBits); // lt_ref_pic_poc_lsb_sps
    return reader.flag();
  });
}

/** From the VUI to sps_scc_extension() (7.3.2.2.3). */
function parseIntegerMotionFlag(
  reader: RbspReader,
  subLayers: number,
  chromaFormat: number,
  depths: readonly [luma: number, chroma: number],
): boolean {
  if (reader.flag()) skipVui(reader, subLayers);
  if (!reader.flag()) return false; // sps_extension_present_flag
  const range = reader.flag();
  const multilayer = reader.flag();
  const threeD = reader.flag();
  const screen = reader.flag();
  reader.bits(4); // sps_extension_4bits
  if (!screen) return false;
  if (threeD) throw new BitstreamError('has extensions for 3D and for screen content at once');
  if (range) reader.bits(9);
  if (multilayer) reader.flag(); // inter_view_mv_vert_constraint_flag
  reader.flag(); // sps_curr_pic_ref_enabled_flag
  if (reader.flag()) skipPalette(reader, chromaFormat, depths);
  return reader.bits(2) === 2; // motion_vector_resolution_control_idc
}

function skipPalette(
  reader: RbspReader,
  chromaFormat: number,
  [luma, chroma]: readonly [number, number],
): void {
  reader.ue(); // palette_max_size
  reader.ue(); // delta_palette_max_predictor_size
  if (!reader.flag()) return;
  const entries = reader.ue() + 1; // a lie about them ends with the bytes
  for (const bits of chromaFormat === 0 ? [luma] : [luma, chroma, chroma]) reader.skip(entries * bits);
}
