import type { RbspReader } from '../../base/bit-reader.ts';
import type { HevcPps } from './pps.ts';
import { bitsFor, type HevcSps } from './sps.ts';

/** slice_type of a bipredicted slice (ITU-T H.265, table 7-7). */
const B = 0;

/** What is known of a P or B slice when the header gets to its prediction. */
export interface PredictedSlice {
  readonly type: number;
  /** Pictures that the slice may refer to, without the current one. */
  readonly references: number;
  /** slice_temporal_mvp_enabled_flag */
  readonly temporalMotion: boolean;
}

/** Read the part of slice_segment_header() that only P and B slices have (7.3.6.1). */
export function skipPrediction(reader: RbspReader, slice: PredictedSlice, sps: HevcSps, pps: HevcPps): void {
  const bipredicted = slice.type === B;
  let { refsL0, refsL1 } = pps;
  if (reader.flag()) {
    refsL0 = reader.ueUpTo(14, 'num_ref_idx_l0_active_minus1') + 1;
    if (bipredicted) refsL1 = reader.ueUpTo(14, 'num_ref_idx_l1_active_minus1') + 1;
  }
  const total = slice.references + (pps.currentPictureReference ? 1 : 0); // NumPicTotalCurr
  const ownL0 = parseList(reader, pps, total, refsL0, true);
  const ownL1 = bipredicted ? parseList(reader, pps, total, refsL1, false) : 0;
  if (bipredicted) reader.flag(); // mvd_l1_zero_flag
  if (pps.cabacInit) reader.flag();
  if (slice.temporalMotion) {
    const fromL0 = !bipredicted || reader.flag(); // collocated_from_l0_flag
    if ((fromL0 ? refsL0 : refsL1) > 1) reader.ue(); // collocated_ref_idx
  }
  if (bipredicted ? pps.weightedBiprediction : pps.weightedPrediction) {
    const chroma = sps.chromaArrayType !== 0;
    reader.ue(); // luma_log2_weight_denom
    if (chroma) reader.se(); // delta_chroma_log2_weight_denom
    skipWeights(reader, refsL0, ownL0, chroma);
    if (bipredicted) skipWeights(reader, refsL1, ownL1, chroma);
  }
  reader.ue(); // five_minus_max_num_merge_cand
  if (sps.integerMotionFlag) reader.flag(); // use_integer_mv_flag
}

/**
 * One list's part of ref_pic_lists_modification() (7.3.6.2): answers, as bits, which of the `active` entries are the
 * current picture. It is the last of the `total` pictures that a list starts from and repeats (8.3.4).
 */
function parseList(reader: RbspReader, pps: HevcPps, total: number, active: number, l0: boolean): number {
  const modified = pps.listsModification && total > 1 && reader.flag();
  if (!modified && !pps.currentPictureReference) return 0;
  const entryBits = bitsFor(total);
  const own = total - 1;
  let bits = 0;
  for (let index = 0; index < active; index += 1) {
    let entry = index % total;
    if (modified) entry = reader.bits(entryBits);
    else if (l0 && index === active - 1 && total > active) entry = own; // it never falls off the end of list 0
    if (entry === own && pps.currentPictureReference) bits |= 1 << index;
  }
  return bits;
}

/**
 * One list's part of pred_weight_table() (7.3.6.3): the flags of all pictures come before the weights. The current picture,
 * whose entries `own` has bits of, has no flags.
 */
function skipWeights(reader: RbspReader, active: number, own: number, chroma: boolean): void {
  const luma = parseFlags(reader, active, own);
  const both = chroma ? parseFlags(reader, active, own) : 0;
  for (let index = 0; index < active; index += 1) {
    const values = ((luma >> index) & 1) * 2 + ((both >> index) & 1) * 4; // weight and offset of each component
    for (let value = 0; value < values; value += 1) reader.se();
  }
}

function parseFlags(reader: RbspReader, active: number, own: number): number {
  let bits = 0;
  for (let index = 0; index < active; index += 1) {
    if (((own >> index) & 1) === 0 && reader.flag()) bits |= 1 << index;
  }
  return bits;
}
