import { BitstreamError, type RbspReader } from '../../base/bit-reader.ts';
import type { AvcParameterSets, AvcPps, AvcSps } from './parameter-sets.ts';

/** slice_type mod 5 (ITU-T H.264, table 7-6). */
const P = 0;
const B = 1;
const SP = 3;
const SI = 4;

/** nal_unit_type of a coded slice of an IDR picture. */
const IDR = 5;

/**
 * Read slice_header() (ITU-T H.264, 7.3.3) of a NAL unit of type 1 or 5, to the bit.
 * @param reader opened after the NAL unit header; stands behind the last header bit afterwards
 * @param nalHeader the NAL unit header byte
 * @throws BitstreamError when the header breaks the syntax or names a parameter set that is missing
 */
export function skipSliceHeader(reader: RbspReader, nalHeader: number, sets: AvcParameterSets): void {
  const idr = (nalHeader & 31) === IDR;
  reader.ue(); // first_mb_in_slice
  const type = reader.ueUpTo(9, 'slice_type') % 5;
  const pps = sets.pps(reader.ueUpTo(255, 'pic_parameter_set_id'));
  const sps = sets.spsOf(pps);
  skipPictureIdentity(reader, pps, sps, idr);

  const predicted = type === P || type === SP || type === B;
  if (type === B) reader.flag(); // direct_spatial_mv_pred_flag
  if (predicted) skipReferences(reader, pps, sps, type);
  if ((nalHeader & 0x60) !== 0) skipReferenceMarking(reader, idr);
  if (pps.cabac && predicted) reader.ue(); // cabac_init_idc
  reader.se(); // slice_qp_delta
  if (type === SP) reader.flag(); // sp_for_switch_flag
  if (type === SP || type === SI) reader.se(); // slice_qs_delta
  if (pps.deblockingControl && reader.ueUpTo(2, 'disable_deblocking_filter_idc') !== 1) {
    reader.se(); // slice_alpha_c0_offset_div2
    reader.se(); // slice_beta_offset_div2
  }
  if (pps.sliceGroupChangeRate > 0)
    reader.bits(changeCycleBits(sps.picSizeInMapUnits, pps.sliceGroupChangeRate));
}

/** From colour_plane_id to redundant_pic_cnt: which picture the slice belongs to. */
function skipPictureIdentity(reader: RbspReader, pps: AvcPps, sps: AvcSps, idr: boolean): void {
  if (sps.separateColourPlane) reader.bits(2); // colour_plane_id
  reader.bits(sps.frameNumBits);
  const field = !sps.frameMbsOnly && reader.flag();
  if (field) reader.flag(); // bottom_field_flag
  if (idr) reader.ue(); // idr_pic_id
  const bottomDelta = pps.bottomFieldPicOrder && !field;
  if (sps.pocType === 0) {
    reader.bits(sps.pocLsbBits);
    if (bottomDelta) reader.se(); // delta_pic_order_cnt_bottom
  } else if (sps.pocType === 1 && !sps.deltaPicOrderAlwaysZero) {
    reader.se(); // delta_pic_order_cnt[0]
    if (bottomDelta) reader.se(); // delta_pic_order_cnt[1]
  }
  if (pps.redundantPicCount) reader.ue();
}

/** Sizes of the reference lists, ref_pic_list_modification() and pred_weight_table() of a P, SP or B slice. */
function skipReferences(reader: RbspReader, pps: AvcPps, sps: AvcSps, type: number): void {
  let { refsL0, refsL1 } = pps;
  if (reader.flag()) {
    refsL0 = reader.ueUpTo(31, 'num_ref_idx_l0_active_minus1') + 1;
    if (type === B) refsL1 = reader.ueUpTo(31, 'num_ref_idx_l1_active_minus1') + 1;
  }
  skipListModification(reader);
  if (type === B) skipListModification(reader);

  const weighted = type === B ? pps.weightedBipredIdc === 1 : pps.weightedPrediction;
  if (!weighted) return;
  const chroma = sps.chromaArrayType !== 0;
  reader.ue(); // luma_log2_weight_denom
  if (chroma) reader.ue(); // chroma_log2_weight_denom
  skipWeights(reader, refsL0, chroma);
  if (type === B) skipWeights(reader, refsL1, chroma);
}

/** One list's part of ref_pic_list_modification() (7.3.3.1). */
function skipListModification(reader: RbspReader): void {
  if (!reader.flag()) return;
  while (reader.ueUpTo(3, 'modification_of_pic_nums_idc') !== 3) reader.ue();
}

/** One list's part of pred_weight_table() (7.3.3.2): a weight and an offset for luma and for each chroma plane. */
function skipWeights(reader: RbspReader, references: number, chroma: boolean): void {
  for (let index = 0; index < references; index += 1) {
    if (reader.flag()) skipSigned(reader, 2);
    if (chroma && reader.flag()) skipSigned(reader, 4);
  }
}

function skipSigned(reader: RbspReader, count: number): void {
  for (let index = 0; index < count; index += 1) reader.se();
}

/** Operands of memory_management_control_operation 0 to 6 (table 7-9). */
const MARKING_OPERANDS = [0, 1, 1, 2, 1, 0, 1] as const;

/** dec_ref_pic_marking() (7.3.3.3). */
function skipReferenceMarking(reader: RbspReader, idr: boolean): void {
  if (idr) {
    reader.bits(2); // no_output_of_prior_pics_flag, long_term_reference_flag
    return;
  }
  if (!reader.flag()) return; // adaptive_ref_pic_marking_mode_flag
  for (;;) {
    const operation = reader.ue();
    const operands = MARKING_OPERANDS[operation];
    if (operands === undefined)
      throw new BitstreamError(`has the unknown memory management operation ${operation}`);
    if (operation === 0) return;
    for (let index = 0; index < operands; index += 1) reader.ue();
  }
}

/** Bits of slice_group_change_cycle: Ceil(Log2(units ÷ rate + 1)), the division without rounding (7.4.3). */
function changeCycleBits(units: number, rate: number): number {
  let bits = 0;
  while ((2 ** bits - 1) * rate < units) bits += 1;
  return bits;
}
