import { BitstreamError, type RbspReader } from '../../base/bit-reader.ts';
import { skipScalingLists } from './scaling-lists.ts';

/** What slice headers need of a picture parameter set (ITU-T H.265, 7.4.3.3). */
export interface HevcPps {
  readonly id: number;
  readonly spsId: number;
  readonly dependentSlices: boolean;
  /** output_flag_present_flag */
  readonly outputFlag: boolean;
  readonly extraHeaderBits: number;
  /** cabac_init_present_flag */
  readonly cabacInit: boolean;
  /** Active entries of reference lists 0 and 1, unless a slice overrides them. */
  readonly refsL0: number;
  readonly refsL1: number;
  /** pps_slice_chroma_qp_offsets_present_flag */
  readonly chromaQpOffsets: boolean;
  readonly weightedPrediction: boolean;
  readonly weightedBiprediction: boolean;
  /** `undefined` where pictures are not cut into tiles. */
  readonly tiles: Tiles | undefined;
  /** entropy_coding_sync_enabled_flag: wavefront parallel processing. */
  readonly wavefront: boolean;
  readonly loopFilterAcrossSlices: boolean;
  /** deblocking_filter_override_enabled_flag */
  readonly deblockingOverride: boolean;
  readonly deblockingDisabled: boolean;
  /** lists_modification_present_flag */
  readonly listsModification: boolean;
  /** slice_segment_header_extension_present_flag */
  readonly headerExtension: boolean;
  /** chroma_qp_offset_list_enabled_flag */
  readonly chromaQpOffsetList: boolean;
  /** pps_curr_pic_ref_enabled_flag: a picture may refer to its own decoded part. */
  readonly currentPictureReference: boolean;
  /** pps_slice_act_qp_offsets_present_flag */
  readonly actQpOffsets: boolean;
}

export interface Tiles {
  readonly columns: number;
  readonly rows: number;
}

/** There are at least 8 luma samples to a tile, and at most 65535 to a side. */
const MOST_TILES = 2 ** 13 - 1;

/** Read pic_parameter_set_rbsp() of the base layer as far as slice headers need it. */
export function parsePps(reader: RbspReader): HevcPps {
  const id = reader.ueUpTo(63, 'pps_pic_parameter_set_id');
  const spsId = reader.ueUpTo(15, 'pps_seq_parameter_set_id');
  const dependentSlices = reader.flag();
  const outputFlag = reader.flag();
  const extraHeaderBits = reader.bits(3);
  reader.flag(); // sign_data_hiding_enabled_flag
  const cabacInit = reader.flag();
  const refsL0 = reader.ueUpTo(14, 'num_ref_idx_l0_default_active_minus1') + 1;
  const refsL1 = reader.ueUpTo(14, 'num_ref_idx_l1_default_active_minus1') + 1;
  reader.se(); // init_qp_minus26
  reader.flag(); // constrained_intra_pred_flag
  const transformSkip = reader.flag();
  if (reader.flag()) reader.ue(); // diff_cu_qp_delta_depth
  reader.se(); // pps_cb_qp_offset
  reader.se(); // pps_cr_qp_offset
  const chromaQpOffsets = reader.flag();
  const weightedPrediction = reader.flag();
  const weightedBiprediction = reader.flag();
  reader.flag(); // transquant_bypass_enabled_flag
  const tiled = reader.flag();
  const wavefront = reader.flag();
  const tiles = tiled ? parseTiles(reader) : undefined;
  const loopFilterAcrossSlices = reader.flag();
  const deblocking = parseDeblocking(reader);
  if (reader.flag()) skipScalingLists(reader);
  const listsModification = reader.flag();
  reader.ue(); // log2_parallel_merge_level_minus2
  const headerExtension = reader.flag();
  return {
    id,
    spsId,
    dependentSlices,
    outputFlag,
    extraHeaderBits,
    cabacInit,
    refsL0,
    refsL1,
    chromaQpOffsets,
    weightedPrediction,
    weightedBiprediction,
    tiles,
    wavefront,
    loopFilterAcrossSlices,
    ...deblocking,
    listsModification,
    headerExtension,
    ...parseExtensions(reader, transformSkip),
  };
}

function parseTiles(reader: RbspReader): Tiles {
  const columns = reader.ueUpTo(MOST_TILES, 'num_tile_columns_minus1') + 1;
  const rows = reader.ueUpTo(MOST_TILES, 'num_tile_rows_minus1') + 1;
  const uniform = reader.flag();
  const sizes = uniform ? 0 : columns + rows - 2;
  for (let index = 0; index < sizes; index += 1) reader.ue(); // column_width_minus1, row_height_minus1
  reader.flag(); // loop_filter_across_tiles_enabled_flag
  return { columns, rows };
}

function parseDeblocking(reader: RbspReader): Pick<HevcPps, 'deblockingOverride' | 'deblockingDisabled'> {
  if (!reader.flag()) return { deblockingOverride: false, deblockingDisabled: false };
  const deblockingOverride = reader.flag();
  const deblockingDisabled = reader.flag();
  if (!deblockingDisabled) {
    reader.se(); // pps_beta_offset_div2
    reader.se(); // pps_tc_offset_div2
  }
  return { deblockingOverride, deblockingDisabled };
}

type Extensions = Pick<HevcPps, 'chromaQpOffsetList' | 'currentPictureReference' | 'actQpOffsets'>;

/** pps_range_extension() and pps_scc_extension() (7.3.2.3.2 and 7.3.2.3.3). */
function parseExtensions(reader: RbspReader, transformSkip: boolean): Extensions {
  const none = { chromaQpOffsetList: false, currentPictureReference: false, actQpOffsets: false };
  if (!reader.flag()) return none;
  const range = reader.flag();
  const layered = reader.bits(2) !== 0; // multilayer, 3D
  const screen = reader.flag();
  reader.bits(4); // pps_extension_4bits
  const chromaQpOffsetList = range && parseRangeExtension(reader, transformSkip);
  if (!screen) return { ...none, chromaQpOffsetList };
  if (layered) throw new BitstreamError('has extensions for layers and for screen content at once');
  const currentPictureReference = reader.flag();
  // residual_adaptive_colour_transform_enabled_flag, then whether slices have offsets for it
  const actQpOffsets = reader.flag() && reader.flag();
  return { chromaQpOffsetList, currentPictureReference, actQpOffsets };
}

function parseRangeExtension(reader: RbspReader, transformSkip: boolean): boolean {
  if (transformSkip) reader.ue(); // log2_max_transform_skip_block_size_minus2
  reader.flag(); // cross_component_prediction_enabled_flag
  const chromaQpOffsetList = reader.flag();
  if (chromaQpOffsetList) {
    reader.ue(); // diff_cu_chroma_qp_offset_depth
    const entries = reader.ueUpTo(5, 'chroma_qp_offset_list_len_minus1') + 1;
    for (let index = 0; index < 2 * entries; index += 1) reader.se(); // cb and cr offsets
  }
  reader.ue(); // log2_sao_offset_scale_luma
  reader.ue(); // log2_sao_offset_scale_chroma
  return chromaQpOffsetList;
}
