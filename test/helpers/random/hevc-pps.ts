import { BitWriter } from '../media/bit-writer.ts';
import { finishNal } from '../media/made-nals.ts';
import type { Dice } from './dice.ts';
import { type HevcSpsFacts, putScalingLists } from './hevc-sps.ts';

/** A picture parameter set of any kind that fits an SPS (ITU-T H.265, 7.3.2.3), and what slices must know of it. */
export function randomPps(dice: Dice, sps: HevcSpsFacts) {
  const out = new BitWriter();
  const flag = (percent = 50) => out.put(dice.percent(percent), 1) === 1;
  out.put(0x4401, 16);
  const ppsId = out.ue(dice.below(64));
  out.ue(sps.spsId);
  const dependentSlices = flag();
  const outputFlag = flag();
  const extraHeaderBits = out.put(dice.of([0, 0, 1, 2, 7]), 3);
  flag(); // sign_data_hiding_enabled_flag
  const cabacInit = flag();
  const refs = [out.ue(dice.below(15)) + 1, out.ue(dice.below(15)) + 1] as const;
  out.se(dice.below(9) - 4);
  flag(); // constrained_intra_pred_flag
  const transformSkip = flag();
  if (flag()) out.ue(0); // diff_cu_qp_delta_depth
  out.se(dice.below(25) - 12);
  out.se(dice.below(25) - 12);
  const chromaQpOffsets = flag();
  const weightedPrediction = flag();
  const weightedBiprediction = flag();
  flag(); // transquant_bypass_enabled_flag
  const tiled = flag();
  const wavefront = flag();
  const tiles = tiled ? putTiles(out, dice, sps.ctbs) : ([1, 1] as const);
  const loopFilterAcrossSlices = flag();
  const deblocking = { override: false, disabled: false };
  if (flag(70)) {
    deblocking.override = flag();
    deblocking.disabled = flag();
    if (!deblocking.disabled) {
      out.se(dice.below(13) - 6);
      out.se(dice.below(13) - 6);
    }
  }
  if (flag(15)) putScalingLists(out, dice);
  const listsModification = flag();
  out.ue(0); // log2_parallel_merge_level_minus2
  const headerExtension = flag(30);
  const extensions = putExtensions(out, dice, sps, transformSkip);
  const facts = {
    ...{ ppsId, dependentSlices, outputFlag, extraHeaderBits, cabacInit, refs, chromaQpOffsets },
    ...{ weightedPrediction, weightedBiprediction, tiled, wavefront, tiles, loopFilterAcrossSlices },
    ...{ deblocking, listsModification, headerExtension },
    ...extensions,
  };
  return { nal: finishNal(out), facts };
}

/** Tiles, even or not: answers columns and rows. */
function putTiles(out: BitWriter, dice: Dice, ctbs: readonly [number, number]): readonly [number, number] {
  // One of each would be no tiles at all (7.4.3.3.1).
  const most = ctbs.map((count) => Math.min(count, 5));
  const counts = most.map((count) => out.ue(dice.below(count)) + 1) as [number, number];
  if (out.put(dice.below(2), 1) === 0) {
    for (const [axis, count] of counts.entries()) {
      let left = ctbs[axis]! - count;
      for (let tile = 1; tile < count; tile += 1) left -= out.ue(dice.below(left + 1));
    }
  }
  out.put(dice.below(2), 1); // loop_filter_across_tiles_enabled_flag
  return counts;
}

/** From pps_extension_present_flag on. */
function putExtensions(out: BitWriter, dice: Dice, sps: HevcSpsFacts, transformSkip: boolean) {
  const flag = (percent = 50) => out.put(dice.percent(percent), 1) === 1;
  const facts = { chromaQpOffsetList: false, currentPictureReference: false, actQpOffsets: false };
  if (!flag(sps.profile === 1 ? 0 : 80)) return facts;
  const range = flag();
  out.bits('0 0'); // multilayer, 3D
  const screen = flag(sps.profile >= 9 ? 80 : 0);
  out.put(0, 4);
  if (range) {
    if (transformSkip) out.ue(0);
    flag(); // cross_component_prediction_enabled_flag
    facts.chromaQpOffsetList = flag();
    if (facts.chromaQpOffsetList) {
      out.ue(0);
      for (let entry = out.ue(dice.below(6)); entry >= 0; entry -= 1) {
        out.se(dice.below(25) - 12);
        out.se(dice.below(25) - 12);
      }
    }
    out.ue(0);
    out.ue(0);
  }
  if (screen) {
    facts.currentPictureReference = flag();
    if (flag()) {
      facts.actQpOffsets = flag();
      for (let component = 0; component < 3; component += 1) out.se(dice.below(9) - 4);
    }
    out.bits('0'); // pps_palette_predictor_initializers_present_flag
  }
  return facts;
}
