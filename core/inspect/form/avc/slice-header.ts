import { type Bits, FormError, NotFollowed } from '../bits.ts';
import type { Pps, Sps } from './parameter-sets.ts';

/** slice_type mod 5 (ITU-T H.264, table 7-6). */
export const SLICE = { P: 0, B: 1, I: 2, SP: 3, SI: 4 } as const;
const IDR = 5;

/** What slice data needs of its header. */
export interface SliceHeader {
  readonly sps: Sps;
  readonly pps: Pps;
  readonly type: number;
  readonly firstMb: number;
  readonly isField: boolean;
  /** MbaffFrameFlag. */
  readonly isAdaptive: boolean;
  /** Entries of the reference lists. */
  readonly refs: readonly [number, number];
  readonly cabacInit: number;
  /** SliceQPY. */
  readonly qp: number;
}

/** The parameter sets in force, by their ids. */
export interface Sets {
  readonly sps: ReadonlyMap<number, Sps>;
  readonly pps: ReadonlyMap<number, Pps>;
}

/**
 * slice_header() (7.3.3) of a NAL unit of type 1 or 5.
 * @param bits of its RBSP, behind the NAL unit header
 * @throws NotFollowed where a parameter set is not known
 */
export function readSliceHeader(bits: Bits, nalHeader: number, sets: Sets): SliceHeader {
  const isIdr = (nalHeader & 31) === IDR;
  const firstMb = bits.ue();
  const type = bits.ueUpTo(9, 'slice_type') % 5;
  const pps = sets.pps.get(bits.ueUpTo(255, 'pic_parameter_set_id'));
  const sps = pps && sets.sps.get(pps.spsId);
  if (!sps) throw new NotFollowed('refers to a parameter set that is not there');
  if (pps.sliceGroups > 1) throw new NotFollowed('has slice groups');
  if (isIdr && type !== SLICE.I && type !== SLICE.SI)
    throw new FormError('has a slice of an IDR picture that is predicted');
  if (sps.separatePlanes) bits.skip(2);
  bits.skip(sps.frameNumBits);
  const isField = !sps.frameMbsOnly && bits.flag();
  if (isField) bits.skip(1); // bottom_field_flag
  const isAdaptive = sps.mbAdaptive && !isField;
  const units = sps.widthInMbs * sps.heightInMapUnits;
  const mbs = sps.frameMbsOnly || isField ? units : 2 * units;
  if (firstMb * (isAdaptive ? 2 : 1) >= mbs)
    throw new FormError('has a slice that begins behind its picture');
  if (isIdr) bits.ueUpTo(65_535, 'idr_pic_id');
  skipOrder(bits, sps, pps.bottomFieldOrder && !isField);
  if (pps.redundantPictures) bits.ueUpTo(127, 'redundant_pic_cnt');
  if (type === SLICE.B) bits.skip(1); // direct_spatial_mv_pred_flag
  const isPredicted = type !== SLICE.I && type !== SLICE.SI;
  const refs = isPredicted ? readReferences(bits, sps, pps, type, isField) : pps.refs;
  if ((nalHeader & 0x60) !== 0) skipMarking(bits, isIdr);
  const cabacInit = pps.cabac && isPredicted ? bits.ueUpTo(2, 'cabac_init_idc') : 0;
  const qp = pps.initQp + bits.se();
  if (qp < -6 * (sps.lumaBits - 8) || qp > 51)
    throw new FormError('has a slice_qp_delta that the standard has not');
  if (type === SLICE.SP) bits.skip(1);
  if (type === SLICE.SP || type === SLICE.SI) bits.se(); // slice_qs_delta
  if (pps.deblockingControl && bits.ueUpTo(2, 'disable_deblocking_filter_idc') !== 1) {
    bits.seWithin(-6, 6, 'slice_alpha_c0_offset_div2');
    bits.seWithin(-6, 6, 'slice_beta_offset_div2');
  }
  return { sps, pps, type, firstMb, isField, isAdaptive, refs, cabacInit, qp };
}

function skipOrder(bits: Bits, sps: Sps, hasBottom: boolean): void {
  if (sps.pocType === 0) {
    bits.skip(sps.pocLsbBits);
    if (hasBottom) bits.se(); // delta_pic_order_cnt_bottom
  } else if (sps.pocType === 1 && !sps.deltaAlwaysZero) {
    bits.se();
    if (hasBottom) bits.se();
  }
}

function readReferences(bits: Bits, sps: Sps, pps: Pps, type: number, isField: boolean): [number, number] {
  const isB = type === SLICE.B;
  let [first, second] = pps.refs;
  if (bits.flag()) {
    const most = isField ? 31 : 15;
    first = 1 + bits.ueUpTo(most, 'num_ref_idx_l0_active_minus1');
    if (isB) second = 1 + bits.ueUpTo(most, 'num_ref_idx_l1_active_minus1');
  }
  for (let list = 0; list < (isB ? 2 : 1); list += 1)
    if (bits.flag()) while (bits.ueUpTo(3, 'modification_of_pic_nums_idc') !== 3) bits.ue();
  if (isB ? pps.weightedB === 1 : pps.weightedP) {
    const hasChroma = sps.chromaFormat !== 0 && !sps.separatePlanes;
    bits.ueUpTo(7, 'luma_log2_weight_denom');
    if (hasChroma) bits.ueUpTo(7, 'chroma_log2_weight_denom');
    for (let left = first + (isB ? second : 0); left > 0; left -= 1) {
      if (bits.flag()) skipSigned(bits, 2);
      if (hasChroma && bits.flag()) skipSigned(bits, 4);
    }
  }
  return [first, second];
}

function skipSigned(bits: Bits, count: number): void {
  for (let left = count; left > 0; left -= 1) bits.seWithin(-128, 127, 'a weight of prediction');
}

/** Operands of memory_management_control_operation 0 to 6. */
const OPERANDS = [0, 1, 1, 2, 1, 0, 1];

function skipMarking(bits: Bits, isIdr: boolean): void {
  if (isIdr) {
    bits.skip(2);
    return;
  }
  if (!bits.flag()) return;
  for (;;) {
    const operation = bits.ueUpTo(6, 'memory_management_control_operation');
    if (operation === 0) return;
    for (let left = OPERANDS[operation]!; left > 0; left -= 1) bits.ue();
  }
}
