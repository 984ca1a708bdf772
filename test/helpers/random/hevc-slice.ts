import { BitWriter } from '../media/bit-writer.ts';
import { finishNal, type MadeSlice, type MadeStream, putSliceData } from '../media/made-nals.ts';
import type { Dice } from './dice.ts';
import { putPrediction, type References } from './hevc-prediction.ts';
import { putPictureSet } from './hevc-references.ts';
import { type HevcFacts, randomHevcSets } from './hevc-sets.ts';

/** Parameter sets and slice segments whose headers follow the syntax tables of ITU-T H.265 and hold anything else. */
export function randomHevcStream(dice: Dice, slices: number): MadeStream {
  const { sets, facts } = randomHevcSets(dice);
  return { sets, slices: Array.from({ length: slices }, () => randomSlice(dice, facts)) };
}

/** nal_unit_type (table 7-1): TRAIL_N to RASL_R, BLA, IDR, CRA. */
const TYPES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 16, 17, 18, 19, 20, 21];
const IRAP = 16;
const IDR: readonly number[] = [19, 20];

/** A slice segment header (7.3.6.1), row by row. */
function randomSlice(dice: Dice, facts: HevcFacts): MadeSlice {
  const out = new BitWriter();
  const flag = (percent = 50) => out.put(dice.percent(percent), 1) === 1;
  const nalType = dice.of(TYPES);
  out.put(nalType * 2, 8);
  out.put(1, 8);
  const blocks = facts.ctbs[0] * facts.ctbs[1];
  const first = blocks === 1 ? out.put(1, 1) === 1 : flag();
  if (nalType >= IRAP) flag(); // no_output_of_prior_pics_flag
  out.ue(facts.ppsId);
  const dependent = !first && facts.dependentSlices && flag();
  if (!first) out.put(1 + dice.below(blocks - 1), Math.ceil(Math.log2(blocks)));
  const misread = !dependent && putIndependent(out, dice, facts, nalType);
  if (facts.tiled || facts.wavefront) putEntryPoints(out, dice, facts);
  if (facts.headerExtension) {
    for (let bytes = out.ue(dice.of([0, 1, 9, 256])); bytes > 0; bytes -= 1) out.put(dice.of([0, 0, 255]), 8);
  }
  out.bits('1');
  while (out.length % 8 !== 0) out.bits('0');
  const bits = out.length;
  putSliceData(out, dice);
  return { nal: finishNal(out), bits, beyondFfmpeg: misread || facts.multilayer };
}

/** What dependent slice segments do not have; answers whether ffmpeg misreads it. */
function putIndependent(out: BitWriter, dice: Dice, facts: HevcFacts, nalType: number): boolean {
  const flag = (percent = 50) => out.put(dice.percent(percent), 1) === 1;
  const order = new BitWriter();
  const references = IDR.includes(nalType) ? NO_REFERENCES : putReferences(order, dice, facts);
  const own = facts.currentPictureReference;
  const total = references.used.length + Number(own); // NumPicTotalCurr
  const predictable = total > 0 && (nalType < IRAP || (own && references.used.length === 0));

  out.put(dice.below(2 ** facts.extraHeaderBits), facts.extraHeaderBits);
  const type = out.ue(predictable ? dice.below(3) : 2);
  if (facts.outputFlag) flag();
  if (facts.separateColourPlane) out.put(dice.below(3), 2);
  out.append(order);
  const sao = { luma: false, chroma: false };
  if (facts.sampleAdaptiveOffset) {
    sao.luma = flag();
    if (facts.chromaArrayType !== 0) sao.chroma = flag();
  }
  const misread = type !== 2 && putPrediction(out, dice, facts, { type, ...references });
  out.se(dice.below(21) - 10);
  if (facts.chromaQpOffsets) {
    out.se(dice.below(9) - 4);
    out.se(dice.below(9) - 4);
  }
  if (facts.actQpOffsets) for (let component = 0; component < 3; component += 1) out.se(dice.below(9) - 4);
  if (facts.chromaQpOffsetList) flag(); // cu_chroma_qp_offset_enabled_flag
  let { disabled } = facts.deblocking;
  if (facts.deblocking.override && flag()) {
    disabled = flag();
    if (!disabled) {
      out.se(dice.below(13) - 6);
      out.se(dice.below(13) - 6);
    }
  }
  if (facts.loopFilterAcrossSlices && (sao.luma || sao.chroma || !disabled)) flag();
  return misread;
}

const NO_REFERENCES: References = { used: [], temporalMotion: false };

/** From slice_pic_order_cnt_lsb to slice_temporal_mvp_enabled_flag. */
function putReferences(out: BitWriter, dice: Dice, facts: HevcFacts): References {
  const flag = (percent = 50) => out.put(dice.percent(percent), 1) === 1;
  const { pocLsbBits, pictureSets, longTermUsed } = facts;
  out.put(dice.below(2 ** pocLsbBits), pocLsbBits);
  let set = pictureSets[0];
  if (!flag(set === undefined ? 0 : 50)) set = putPictureSet(out, dice, pictureSets, true);
  else if (pictureSets.length > 1) {
    const index = out.put(dice.below(pictureSets.length), Math.ceil(Math.log2(pictureSets.length)));
    set = pictureSets[index];
  }
  const used = set!.filter((picture) => picture.used) as unknown[];
  if (facts.longTermReferences) {
    const candidates = longTermUsed.length;
    const room = Math.max(0, Math.min(4, 15 - set!.length));
    const chosen = candidates > 0 ? out.ue(dice.below(Math.min(candidates, room) + 1)) : 0;
    const own = out.ue(dice.below(room - chosen + 1));
    for (let picture = 0; picture < chosen + own; picture += 1) {
      if (picture < chosen) {
        const index = candidates > 1 ? out.put(dice.below(candidates), Math.ceil(Math.log2(candidates))) : 0;
        if (longTermUsed[index]) used.push(picture);
      } else {
        out.put(dice.below(2 ** pocLsbBits), pocLsbBits);
        if (flag()) used.push(picture);
      }
      if (flag()) out.ue(dice.below(9)); // delta_poc_msb_cycle_lt
    }
  }
  return { used, temporalMotion: facts.temporalMotion && flag() };
}

/** Entry points: as many as there are tiles or rows, each in up to 32 bits. */
function putEntryPoints(out: BitWriter, dice: Dice, { tiled, tiles, wavefront, ctbs }: HevcFacts): void {
  const [columns, rows] = tiles;
  const most = (tiled ? columns : 1) * (wavefront ? ctbs[1] : rows) - 1;
  const count = out.ue(dice.of([0, most, dice.below(most + 1)]));
  if (count === 0) return;
  const bits = out.ue(dice.of([0, 7, 15, 30, 31])) + 1;
  for (let entry = 0; entry < count; entry += 1) out.put(dice.of([0, 1, 2 ** bits - 1]), bits);
}
