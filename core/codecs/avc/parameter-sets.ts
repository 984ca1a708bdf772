import type { RbspReader } from '../../base/bit-reader.ts';
import { ParameterSets } from '../nal/parameter-sets.ts';
import type { PixelFormat } from '../picture-format.ts';

/** What slice headers need of a sequence parameter set (ITU-T H.264, 7.4.2.1). */
export interface AvcSps {
  readonly id: number;
  readonly separateColourPlane: boolean;
  /** ChromaArrayType: 0 for monochrome and for separate colour planes. */
  readonly chromaArrayType: number;
  readonly frameNumBits: number;
  readonly pocType: number;
  /** Bits of pic_order_cnt_lsb; 0 unless `pocType` is 0. */
  readonly pocLsbBits: number;
  readonly deltaPicOrderAlwaysZero: boolean;
  readonly frameMbsOnly: boolean;
  readonly picSizeInMapUnits: number;
  /** PicWidthInMbs. */
  readonly widthInMbs: number;
  readonly format: PixelFormat;
}

/** What slice headers need of a picture parameter set (7.4.2.2). */
export interface AvcPps {
  readonly id: number;
  readonly spsId: number;
  readonly cabac: boolean;
  /** bottom_field_pic_order_in_frame_present_flag */
  readonly bottomFieldPicOrder: boolean;
  /** SliceGroupChangeRate in map units; 0 where slice headers carry no slice_group_change_cycle. */
  readonly sliceGroupChangeRate: number;
  /** Active entries of reference lists 0 and 1, unless a slice overrides them. */
  readonly refsL0: number;
  readonly refsL1: number;
  readonly weightedPrediction: boolean;
  readonly weightedBipredIdc: number;
  readonly deblockingControl: boolean;
  readonly redundantPicCount: boolean;
}

/** Profiles whose SPS states the chroma format (7.3.2.1.1). */
const CHROMA_PROFILES: ReadonlySet<number> = new Set([
  100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135,
]);

/** Read seq_parameter_set_data() as far as slice headers need it. */
export function parseSps(reader: RbspReader): AvcSps {
  const profile = reader.bits(8);
  reader.bits(16); // constraint flags, level_idc
  const id = reader.ueUpTo(31, 'seq_parameter_set_id');
  const chroma = CHROMA_PROFILES.has(profile)
    ? parseChroma(reader)
    : { separateColourPlane: false, chromaArrayType: 1, format: EIGHT_BIT_420 };
  const frameNumBits = reader.ueUpTo(12, 'log2_max_frame_num_minus4') + 4;
  const order = parsePictureOrder(reader);
  reader.ue(); // max_num_ref_frames
  reader.flag(); // gaps_in_frame_num_value_allowed_flag
  // No level allows a picture wider or higher than 1055 macroblocks; the limit only keeps the product sane.
  const width = reader.ueUpTo(4095, 'pic_width_in_mbs_minus1') + 1;
  const height = reader.ueUpTo(4095, 'pic_height_in_map_units_minus1') + 1;
  const frameMbsOnly = reader.flag();
  return {
    ...{ id, ...chroma, frameNumBits, ...order, frameMbsOnly },
    ...{ picSizeInMapUnits: width * height, widthInMbs: width },
  };
}

/** Of the profiles that do not state it. */
const EIGHT_BIT_420: PixelFormat = { chromaFormat: 1, lumaBits: 8, chromaBits: 8 };

function parseChroma(reader: RbspReader): Pick<AvcSps, 'separateColourPlane' | 'chromaArrayType' | 'format'> {
  const format = reader.ueUpTo(3, 'chroma_format_idc');
  const separateColourPlane = format === 3 && reader.flag();
  const lumaBits = reader.ueUpTo(6, 'bit_depth_luma_minus8') + 8;
  const chromaBits = reader.ueUpTo(6, 'bit_depth_chroma_minus8') + 8;
  reader.flag(); // qpprime_y_zero_transform_bypass_flag
  if (reader.flag()) {
    const lists = format === 3 ? 12 : 8;
    for (let list = 0; list < lists; list += 1) {
      if (reader.flag()) skipScalingList(reader, list < 6 ? 16 : 64);
    }
  }
  return {
    separateColourPlane,
    chromaArrayType: separateColourPlane ? 0 : format,
    format: { chromaFormat: format, lumaBits, chromaBits },
  };
}

/** scaling_list(): once the next scale is 0 the last one repeats and no more deltas follow. */
function skipScalingList(reader: RbspReader, size: number): void {
  let next = 8;
  for (let index = 0; index < size && next !== 0; index += 1) next = (next + reader.se()) & 255;
}

function parsePictureOrder(
  reader: RbspReader,
): Pick<AvcSps, 'pocType' | 'pocLsbBits' | 'deltaPicOrderAlwaysZero'> {
  const pocType = reader.ueUpTo(2, 'pic_order_cnt_type');
  if (pocType === 0) {
    const pocLsbBits = reader.ueUpTo(12, 'log2_max_pic_order_cnt_lsb_minus4') + 4;
    return { pocType, pocLsbBits, deltaPicOrderAlwaysZero: false };
  }
  if (pocType === 2) return { pocType, pocLsbBits: 0, deltaPicOrderAlwaysZero: false };
  const deltaPicOrderAlwaysZero = reader.flag();
  reader.se(); // offset_for_non_ref_pic
  reader.se(); // offset_for_top_to_bottom_field
  const cycle = reader.ueUpTo(255, 'num_ref_frames_in_pic_order_cnt_cycle');
  for (let frame = 0; frame < cycle; frame += 1) reader.se(); // offset_for_ref_frame
  return { pocType, pocLsbBits: 0, deltaPicOrderAlwaysZero };
}

/** Read pic_parameter_set_rbsp() as far as slice headers need it. */
export function parsePps(reader: RbspReader): AvcPps {
  const id = reader.ueUpTo(255, 'pic_parameter_set_id');
  const spsId = reader.ueUpTo(31, 'seq_parameter_set_id');
  const cabac = reader.flag();
  const bottomFieldPicOrder = reader.flag();
  const sliceGroupChangeRate = parseSliceGroups(reader);
  const refsL0 = reader.ueUpTo(31, 'num_ref_idx_l0_default_active_minus1') + 1;
  const refsL1 = reader.ueUpTo(31, 'num_ref_idx_l1_default_active_minus1') + 1;
  const weightedPrediction = reader.flag();
  const weightedBipredIdc = reader.bits(2);
  reader.se(); // pic_init_qp_minus26
  reader.se(); // pic_init_qs_minus26
  reader.se(); // chroma_qp_index_offset
  const deblockingControl = reader.flag();
  reader.flag(); // constrained_intra_pred_flag
  const redundantPicCount = reader.flag();
  return {
    id,
    spsId,
    cabac,
    bottomFieldPicOrder,
    sliceGroupChangeRate,
    refsL0,
    refsL1,
    weightedPrediction,
    weightedBipredIdc,
    deblockingControl,
    redundantPicCount,
  };
}

/** The slice group part of a PPS: answers SliceGroupChangeRate, 0 where the map does not change from slice to slice. */
function parseSliceGroups(reader: RbspReader): number {
  const groups = reader.ueUpTo(7, 'num_slice_groups_minus1') + 1;
  if (groups === 1) return 0;
  const mapType = reader.ueUpTo(6, 'slice_group_map_type');
  if (mapType >= 3 && mapType <= 5) {
    reader.flag(); // slice_group_change_direction_flag
    return reader.ue() + 1;
  }
  if (mapType === 0) {
    for (let group = 0; group < groups; group += 1) reader.ue(); // run_length_minus1
  } else if (mapType === 2) {
    for (let group = 0; group < groups - 1; group += 1) {
      reader.ue(); // top_left
      reader.ue(); // bottom_right
    }
  } else if (mapType === 6) {
    const units = reader.ue() + 1;
    const idBits = 32 - Math.clz32(groups - 1);
    for (let unit = 0; unit < units; unit += 1) reader.bits(idBits); // slice_group_id; ends with the bytes at the latest
  }
  return 0;
}

/** The parameter sets of an H.264 stream that are in force. */
export class AvcParameterSets extends ParameterSets<AvcSps, AvcPps> {
  constructor() {
    super(parseSps, parsePps);
  }
}
