import { BitWriter } from '../media/bit-writer.ts';
import { finishNal, type MadeSlice, type MadeStream, putSliceData } from '../media/made-nals.ts';
import { type AvcFacts, randomAvcSets } from './avc-sets.ts';
import type { Dice } from './dice.ts';

/** Parameter sets and slices whose headers follow the syntax tables of ITU-T H.264 and hold anything else. */
export function randomAvcStream(dice: Dice, slices: number): MadeStream {
  const { sets, facts } = randomAvcSets(dice);
  return { sets, slices: Array.from({ length: slices }, () => randomSlice(dice, facts)) };
}

/** slice_type modulo 5 (table 7-6). */
const TYPES = ['P', 'B', 'I', 'SP', 'SI'] as const;

/** A slice header (7.3.3), row by row. */
function randomSlice(dice: Dice, facts: AvcFacts): MadeSlice {
  const out = new BitWriter();
  const flag = (percent = 50) => out.put(dice.percent(percent), 1) === 1;
  const idr = dice.percent(25) === 1;
  const reference = idr || dice.percent(60) === 1;
  out.bits('0');
  out.put(reference ? 1 + dice.below(3) : 0, 2);
  out.put(idr ? 5 : 1, 5);

  out.ue(dice.below(facts.mapUnits));
  const number = out.ue((idr ? dice.of([2, 4]) : dice.below(5)) + dice.of([0, 5]));
  const type = TYPES[number % 5]!;
  out.ue(facts.ppsId);
  if (facts.separateColourPlane) out.put(dice.below(3), 2);
  out.put(idr ? 0 : dice.below(2 ** facts.frameNumBits), facts.frameNumBits);
  const field = !facts.frameMbsOnly && flag();
  if (field) flag(); // bottom_field_flag
  if (idr) out.ue(dice.of([0, 1, 65535]));
  if (facts.pocType === 0) {
    out.put(dice.below(2 ** facts.pocLsbBits), facts.pocLsbBits);
    if (facts.bottomFieldPicOrder && !field) out.se(dice.below(200) - 100);
  }
  if (facts.pocType === 1 && !facts.deltaPicOrderAlwaysZero) {
    out.se(dice.below(200) - 100);
    if (facts.bottomFieldPicOrder && !field) out.se(dice.below(200) - 100);
  }
  if (facts.redundantPicCount) out.ue(dice.of([0, 1, 127]));

  if (type === 'B') flag(); // direct_spatial_mv_pred_flag
  let [l0, l1] = facts.refs;
  if (type === 'P' || type === 'SP' || type === 'B') {
    if (flag()) {
      l0 = out.ue(dice.below(field ? 32 : 16)) + 1;
      if (type === 'B') l1 = out.ue(dice.below(field ? 32 : 16)) + 1;
    }
  }
  if (type !== 'I' && type !== 'SI') putListModification(out, dice);
  if (type === 'B') putListModification(out, dice);
  const weighted = type === 'B' ? facts.weightedBipredIdc === 1 : type === 'P' || type === 'SP';
  if (weighted && (type === 'B' || facts.weightedPrediction)) {
    out.ue(dice.below(8));
    if (facts.chromaArrayType !== 0) out.ue(dice.below(8));
    putWeights(out, dice, l0, facts);
    if (type === 'B') putWeights(out, dice, l1, facts);
  }
  if (reference) putMarking(out, dice, idr);
  if (facts.cabac && type !== 'I' && type !== 'SI') out.ue(dice.below(3));
  out.se(dice.below(21) - 10);
  if (type === 'SP' || type === 'SI') {
    if (type === 'SP') flag(); // sp_for_switch_flag
    out.se(dice.below(21) - 10);
  }
  if (facts.deblockingControl && out.ue(dice.below(3)) !== 1) {
    out.se(dice.below(13) - 6);
    out.se(dice.below(13) - 6);
  }
  if (facts.sliceGroups > 1 && facts.mapType >= 3 && facts.mapType <= 5) {
    const most = Math.ceil(facts.mapUnits / facts.changeRate);
    out.put(dice.below(most + 1), Math.ceil(Math.log2(facts.mapUnits / facts.changeRate + 1)));
  }
  const bits = out.length;
  if (facts.cabac) while (out.length % 8 !== 0) out.bits('1'); // cabac_alignment_one_bit
  putSliceData(out, dice);
  return { nal: finishNal(out), bits, beyondFfmpeg: false };
}

/** ref_pic_list_modification() of one list (7.3.3.1). */
function putListModification(out: BitWriter, dice: Dice): void {
  if (out.put(dice.percent(40), 1) === 0) return;
  for (let left = dice.below(6); left > 0; left -= 1) {
    out.ue(dice.below(3));
    out.ue(dice.below(16));
  }
  out.ue(3);
}

/** pred_weight_table() of one list (7.3.3.2). */
function putWeights(out: BitWriter, dice: Dice, references: number, { chromaArrayType }: AvcFacts): void {
  const pair = () => {
    out.se(dice.below(256) - 128);
    out.se(dice.below(256) - 128);
  };
  for (let reference = 0; reference < references; reference += 1) {
    if (out.put(dice.below(2), 1) === 1) pair();
    if (chromaArrayType !== 0 && out.put(dice.below(2), 1) === 1) {
      pair();
      pair();
    }
  }
}

/** dec_ref_pic_marking() (7.3.3.3). */
function putMarking(out: BitWriter, dice: Dice, idr: boolean): void {
  if (idr) {
    out.put(dice.below(4), 2);
    return;
  }
  if (out.put(dice.percent(50), 1) === 0) return;
  for (let left = dice.below(6); left > 0; left -= 1) {
    const operation = out.ue(1 + dice.below(6));
    if (operation === 1 || operation === 3) out.ue(dice.below(16)); // difference_of_pic_nums_minus1
    if (operation === 2) out.ue(dice.below(16)); // long_term_pic_num
    if (operation === 3 || operation === 6) out.ue(dice.below(16)); // long_term_frame_idx
    if (operation === 4) out.ue(dice.below(16)); // max_long_term_frame_idx_plus1
  }
  out.ue(0);
}
