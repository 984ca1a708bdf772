import { type Bits, FormError, NotFollowed } from '../bits.ts';

/** What I slices need of a sequence parameter set (ITU-T H.265, 7.3.2.2). */
export interface Sps {
  readonly id: number;
  /** Main, Main 10 or Main Still Picture: without the tools of extensions. */
  readonly isMain: boolean;
  readonly chromaFormat: number;
  readonly width: number;
  readonly height: number;
  readonly lumaBits: number;
  readonly chromaBits: number;
  readonly pocLsbBits: number;
  /** Base 2 logarithms of sizes. */
  readonly minCb: number;
  readonly ctb: number;
  readonly minTb: number;
  readonly maxTb: number;
  /** max_transform_hierarchy_depth_intra. */
  readonly intraDepth: number;
  readonly sao: boolean;
  readonly hasPcm: boolean;
  /** NumDeltaPocs of each st_ref_pic_set. */
  readonly refSets: readonly number[];
  readonly longTermPictures: number | undefined;
  readonly temporalMvp: boolean;
}

/** What I slices need of a picture parameter set (7.3.2.3). */
export interface Pps {
  readonly id: number;
  readonly spsId: number;
  readonly dependentSegments: boolean;
  readonly outputFlag: boolean;
  readonly extraBits: number;
  readonly signHiding: boolean;
  readonly initQp: number;
  readonly transformSkip: boolean;
  /** diff_cu_qp_delta_depth; `undefined`: no cu_qp_delta. */
  readonly deltaDepth: number | undefined;
  readonly chromaOffsets: boolean;
  readonly bypass: boolean;
  readonly wavefront: boolean;
  readonly hasTiles: boolean;
  readonly filterAcross: boolean;
  readonly deblockingOverride: boolean;
  readonly deblockingDisabled: boolean;
  readonly headerExtension: boolean;
}

/** @param bits of an RBSP, behind the NAL unit header */
export function readSps(bits: Bits): Sps {
  const { subLayers, profile, id } = readSpsHead(bits);
  const chromaFormat = bits.ueUpTo(3, 'chroma_format_idc');
  if (chromaFormat === 3) bits.skip(1);
  const [width, height] = [bits.ueUpTo(65_535, 'pic_width'), bits.ueUpTo(65_535, 'pic_height')];
  if (bits.flag()) for (let left = 4; left > 0; left -= 1) bits.ue(); // conf_win offsets
  const lumaBits = 8 + bits.ueUpTo(8, 'bit_depth_luma_minus8');
  const chromaBits = 8 + bits.ueUpTo(8, 'bit_depth_chroma_minus8');
  const pocLsbBits = 4 + bits.ueUpTo(12, 'log2_max_pic_order_cnt_lsb_minus4');
  for (let left = bits.flag() ? subLayers + 1 : 1; left > 0; left -= 1)
    for (let value = 3; value > 0; value -= 1) bits.ue();
  const minCb = 3 + bits.ueUpTo(3, 'log2_min_luma_coding_block_size_minus3');
  const ctb = minCb + bits.ueUpTo(3, 'log2_diff_max_min_luma_coding_block_size');
  const minTb = 2 + bits.ueUpTo(3, 'log2_min_luma_transform_block_size_minus2');
  const maxTb = minTb + bits.ueUpTo(3, 'log2_diff_max_min_luma_transform_block_size');
  bits.ueUpTo(4, 'max_transform_hierarchy_depth_inter');
  const intraDepth = bits.ueUpTo(4, 'max_transform_hierarchy_depth_intra');
  if (bits.flag() && bits.flag()) skipScalingLists(bits);
  bits.skip(1); // amp_enabled_flag
  const sao = bits.flag();
  const hasPcm = bits.flag();
  if (hasPcm) skipPcm(bits);
  const refSets: number[] = [];
  const sets = bits.ueUpTo(64, 'num_short_term_ref_pic_sets');
  for (let index = 0; index < sets; index += 1) refSets.push(readRefSet(bits, index, refSets, false));
  let longTermPictures: number | undefined;
  if (bits.flag()) {
    longTermPictures = bits.ueUpTo(32, 'num_long_term_ref_pics_sps');
    bits.skip(longTermPictures * (pocLsbBits + 1));
  }
  const temporalMvp = bits.flag();
  const isMain = profile >= 1 && profile <= 3 && chromaFormat === 1;
  const sizes = { minCb, ctb, minTb, maxTb, intraDepth };
  const facts = { id, isMain, chromaFormat, width, height, lumaBits, chromaBits, pocLsbBits };
  return { ...facts, ...sizes, sao, hasPcm, refSets, longTermPictures, temporalMvp };
}

/** What stands before the pictures' format. @param bits of an RBSP, behind the NAL unit header */
export function readSpsHead(bits: Bits): Pick<Sps, 'id'> & { subLayers: number; profile: number } {
  bits.skip(4);
  const subLayers = bits.read(3);
  bits.skip(1);
  const profile = readProfile(bits, subLayers);
  return { subLayers, profile, id: bits.ueUpTo(15, 'sps_seq_parameter_set_id') };
}

/** profile_tier_level(). @returns general_profile_idc */
function readProfile(bits: Bits, subLayers: number): number {
  bits.skip(3);
  const profile = bits.read(5);
  bits.skip(32 + 48 + 8);
  const present: (readonly [profile: boolean, level: boolean])[] = [];
  for (let layer = 0; layer < subLayers; layer += 1) present.push([bits.flag(), bits.flag()]);
  if (subLayers > 0) bits.skip(2 * (8 - subLayers));
  for (const [hasProfile, hasLevel] of present) bits.skip((hasProfile ? 88 : 0) + (hasLevel ? 8 : 0));
  return profile;
}

function skipScalingLists(bits: Bits): void {
  for (let size = 0; size < 4; size += 1) {
    for (let matrix = 0; matrix < 6; matrix += size === 3 ? 3 : 1) {
      if (!bits.flag()) {
        bits.ue(); // scaling_list_pred_matrix_id_delta
        continue;
      }
      if (size > 1) bits.se(); // scaling_list_dc_coef_minus8
      for (let left = Math.min(64, 16 << (2 * size)); left > 0; left -= 1) bits.se();
    }
  }
}

function skipPcm(bits: Bits): void {
  bits.skip(4 + 4); // sample bit depths
  bits.ueUpTo(2, 'log2_min_pcm_luma_coding_block_size_minus3');
  bits.ueUpTo(2, 'log2_diff_max_min_pcm_luma_coding_block_size');
  bits.skip(1); // pcm_loop_filter_disabled_flag
}

/** st_ref_pic_set() (7.3.7). @param known NumDeltaPocs of those before. @returns its own */
export function readRefSet(bits: Bits, index: number, known: readonly number[], isInSlice: boolean): number {
  if (index > 0 && bits.flag()) {
    const back = isInSlice ? 1 + bits.ueUpTo(index - 1, 'delta_idx_minus1') : 1;
    bits.skip(1);
    bits.ueUpTo(32_767, 'abs_delta_rps_minus1');
    let count = 0;
    for (let left = known[index - back]! + 1; left > 0; left -= 1) if (bits.flag() || bits.flag()) count += 1;
    return count;
  }
  const [negative, positive] = [bits.ueUpTo(16, 'num_negative_pics'), bits.ueUpTo(16, 'num_positive_pics')];
  for (let left = negative + positive; left > 0; left -= 1) {
    bits.ueUpTo(32_767, 'delta_poc_minus1');
    bits.skip(1);
  }
  return negative + positive;
}

export function readPps(bits: Bits): Pps {
  const id = bits.ueUpTo(63, 'pps_pic_parameter_set_id');
  const spsId = bits.ueUpTo(15, 'pps_seq_parameter_set_id');
  const [dependentSegments, outputFlag, extraBits, signHiding] = [
    bits.flag(),
    bits.flag(),
    bits.read(3),
    bits.flag(),
  ];
  bits.skip(1); // cabac_init_present_flag
  bits.ueUpTo(14, 'num_ref_idx_l0_default_active_minus1');
  bits.ueUpTo(14, 'num_ref_idx_l1_default_active_minus1');
  const initQp = 26 + bits.se();
  bits.skip(1); // constrained_intra_pred_flag
  const transformSkip = bits.flag();
  const deltaDepth = bits.flag() ? bits.ueUpTo(3, 'diff_cu_qp_delta_depth') : undefined;
  bits.se(); // pps_cb_qp_offset
  bits.se(); // pps_cr_qp_offset
  const chromaOffsets = bits.flag();
  bits.skip(2); // weighted_pred_flag, weighted_bipred_flag
  const bypass = bits.flag();
  const hasTiles = bits.flag();
  const wavefront = bits.flag();
  if (hasTiles) skipTiles(bits);
  const filterAcross = bits.flag();
  let [deblockingOverride, deblockingDisabled] = [false, false];
  if (bits.flag()) {
    deblockingOverride = bits.flag();
    deblockingDisabled = bits.flag();
    if (!deblockingDisabled) {
      bits.seWithin(-6, 6, 'pps_beta_offset_div2');
      bits.seWithin(-6, 6, 'pps_tc_offset_div2');
    }
  }
  if (bits.flag()) skipScalingLists(bits);
  bits.skip(1); // lists_modification_present_flag
  bits.ue(); // log2_parallel_merge_level_minus2
  const headerExtension = bits.flag();
  const order = { id, spsId, dependentSegments, outputFlag, extraBits, signHiding, initQp, transformSkip };
  const coding = { deltaDepth, chromaOffsets, bypass, wavefront, hasTiles };
  return { ...order, ...coding, filterAcross, deblockingOverride, deblockingDisabled, headerExtension };
}

function skipTiles(bits: Bits): void {
  const columns = bits.ueUpTo(255, 'num_tile_columns_minus1');
  const rows = bits.ueUpTo(255, 'num_tile_rows_minus1');
  if (!bits.flag()) for (let left = columns + rows; left > 0; left -= 1) bits.ue();
  bits.skip(1); // loop_filter_across_tiles_enabled_flag
}

/** Pictures that are larger than any level has are not followed. */
export function checkSize({ width, height, ctb, maxTb }: Sps): void {
  if (width * height > 8912 * 8912) throw new NotFollowed('is of too large a picture');
  if (width === 0 || height === 0 || ctb > 6 || maxTb > 5)
    throw new FormError('has sizes that the standard has not');
}
