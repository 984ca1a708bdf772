import type { Bits } from '../bits.ts';

/** What slices need of a sequence parameter set (ITU-T H.264, 7.3.2.1.1). */
export interface Sps {
  readonly id: number;
  /** chroma_format_idc. */
  readonly chromaFormat: number;
  readonly separatePlanes: boolean;
  readonly lumaBits: number;
  readonly chromaBits: number;
  readonly frameNumBits: number;
  readonly pocType: number;
  readonly pocLsbBits: number;
  readonly deltaAlwaysZero: boolean;
  readonly widthInMbs: number;
  readonly heightInMapUnits: number;
  readonly frameMbsOnly: boolean;
  readonly mbAdaptive: boolean;
  readonly direct8x8Inference: boolean;
}

/** What slices need of a picture parameter set (7.3.2.2). */
export interface Pps {
  readonly id: number;
  readonly spsId: number;
  readonly cabac: boolean;
  readonly bottomFieldOrder: boolean;
  readonly sliceGroups: number;
  readonly refs: readonly [number, number];
  readonly weightedP: boolean;
  readonly weightedB: number;
  /** 26 + pic_init_qp_minus26. */
  readonly initQp: number;
  readonly deblockingControl: boolean;
  readonly redundantPictures: boolean;
  readonly transform8x8: boolean;
}

/** Profiles whose SPS says what the chroma format is. */
const WITH_CHROMA: ReadonlySet<number> = new Set([
  ...[100, 110, 122, 244, 44, 83, 86],
  ...[118, 128, 138, 139, 134, 135],
]);

/** @param bits of an RBSP, behind the NAL unit header */
export function readSps(bits: Bits): Sps {
  const profile = bits.read(8);
  bits.skip(16);
  const id = bits.ueUpTo(31, 'seq_parameter_set_id');
  let [chromaFormat, separatePlanes, lumaBits, chromaBits] = [1, false, 8, 8];
  if (WITH_CHROMA.has(profile)) {
    chromaFormat = bits.ueUpTo(3, 'chroma_format_idc');
    separatePlanes = chromaFormat === 3 && bits.flag();
    lumaBits = 8 + bits.ueUpTo(6, 'bit_depth_luma_minus8');
    chromaBits = 8 + bits.ueUpTo(6, 'bit_depth_chroma_minus8');
    bits.skip(1); // qpprime_y_zero_transform_bypass_flag
    if (bits.flag()) skipScalingLists(bits, chromaFormat === 3 ? 12 : 8);
  }
  const frameNumBits = 4 + bits.ueUpTo(12, 'log2_max_frame_num_minus4');
  const pocType = bits.ueUpTo(2, 'pic_order_cnt_type');
  let [pocLsbBits, deltaAlwaysZero] = [0, false];
  if (pocType === 0) {
    pocLsbBits = 4 + bits.ueUpTo(12, 'log2_max_pic_order_cnt_lsb_minus4');
  } else if (pocType === 1) {
    deltaAlwaysZero = bits.flag();
    bits.se(); // offset_for_non_ref_pic
    bits.se(); // offset_for_top_to_bottom_field
    for (let left = bits.ueUpTo(255, 'num_ref_frames_in_pic_order_cnt_cycle'); left > 0; left -= 1) bits.se();
  }
  bits.ue(); // max_num_ref_frames
  bits.skip(1); // gaps_in_frame_num_value_allowed_flag
  const widthInMbs = 1 + bits.ueUpTo(4095, 'pic_width_in_mbs_minus1');
  const heightInMapUnits = 1 + bits.ueUpTo(4095, 'pic_height_in_map_units_minus1');
  const frameMbsOnly = bits.flag();
  const mbAdaptive = !frameMbsOnly && bits.flag();
  const direct8x8Inference = bits.flag();
  return {
    id,
    chromaFormat,
    separatePlanes,
    lumaBits,
    chromaBits,
    frameNumBits,
    pocType,
    pocLsbBits,
    deltaAlwaysZero,
    widthInMbs,
    heightInMapUnits,
    frameMbsOnly,
    mbAdaptive,
    direct8x8Inference,
  };
}

/** @param chromaFormatOf the SPS with an id: how many scaling lists a PPS has depends on it */
export function readPps(
  bits: Bits,
  stopBit: number,
  chromaFormatOf: (id: number) => number | undefined,
): Pps {
  const id = bits.ueUpTo(255, 'pic_parameter_set_id');
  const spsId = bits.ueUpTo(31, 'seq_parameter_set_id');
  const cabac = bits.flag();
  const bottomFieldOrder = bits.flag();
  const sliceGroups = 1 + bits.ueUpTo(7, 'num_slice_groups_minus1');
  const plain = { id, spsId, cabac, bottomFieldOrder, sliceGroups };
  if (sliceGroups > 1) return { ...plain, ...NOT_READ }; // such slices are not followed
  const refs = [1 + bits.ueUpTo(31, 'num_ref_idx_l0'), 1 + bits.ueUpTo(31, 'num_ref_idx_l1')] as const;
  const weightedP = bits.flag();
  const weightedB = bits.read(2);
  const initQp = 26 + bits.se();
  bits.se(); // pic_init_qs_minus26
  bits.se(); // chroma_qp_index_offset
  const deblockingControl = bits.flag();
  bits.skip(1); // constrained_intra_pred_flag
  const redundantPictures = bits.flag();
  let transform8x8 = false;
  if (bits.position < stopBit) {
    transform8x8 = bits.flag();
    if (bits.flag()) skipScalingLists(bits, 6 + (transform8x8 ? (chromaFormatOf(spsId) === 3 ? 6 : 2) : 0));
    bits.se(); // second_chroma_qp_index_offset
  }
  return {
    ...plain,
    refs,
    weightedP,
    weightedB,
    initQp,
    deblockingControl,
    redundantPictures,
    transform8x8,
  };
}

const NOT_READ = {
  refs: [1, 1],
  weightedP: false,
  weightedB: 0,
  initQp: 26,
  deblockingControl: false,
  redundantPictures: false,
  transform8x8: false,
} as const;

function skipScalingLists(bits: Bits, count: number): void {
  for (let list = 0; list < count; list += 1) {
    if (!bits.flag()) continue;
    let next = 8;
    for (let left = list < 6 ? 16 : 64; left > 0 && next !== 0; left -= 1) next = (next + bits.se()) & 255;
  }
}
