import { BitWriter } from '../media/bit-writer.ts';
import { finishNal } from '../media/made-nals.ts';
import type { Dice } from './dice.ts';

/** What the writer of slices must know of the parameter sets it wrote. */
export interface AvcFacts {
  readonly separateColourPlane: boolean;
  readonly chromaArrayType: number;
  readonly frameNumBits: number;
  readonly pocType: number;
  readonly pocLsbBits: number;
  readonly deltaPicOrderAlwaysZero: boolean;
  readonly frameMbsOnly: boolean;
  readonly mapUnits: number;
  readonly ppsId: number;
  readonly cabac: boolean;
  readonly bottomFieldPicOrder: boolean;
  readonly sliceGroups: number;
  readonly mapType: number;
  readonly changeRate: number;
  readonly refs: readonly [l0: number, l1: number];
  readonly weightedPrediction: boolean;
  readonly weightedBipredIdc: number;
  readonly deblockingControl: boolean;
  readonly redundantPicCount: boolean;
}

type SpsFacts = Pick<
  AvcFacts,
  | 'separateColourPlane'
  | 'chromaArrayType'
  | 'frameNumBits'
  | 'pocType'
  | 'pocLsbBits'
  | 'deltaPicOrderAlwaysZero'
  | 'frameMbsOnly'
  | 'mapUnits'
>;

/** A sequence and a picture parameter set of any kind that the standard allows (ITU-T H.264, 7.3.2.1 and 7.3.2.2). */
export function randomAvcSets(dice: Dice): { sets: Uint8Array[]; facts: AvcFacts } {
  const spsId = dice.of([0, 0, 5, 31]);
  const sps = randomSps(dice, spsId);
  const pps = randomPps(dice, spsId, sps.facts);
  return { sets: [sps.nal, pps.nal], facts: { ...sps.facts, ...pps.facts } };
}

function randomSps(dice: Dice, id: number): { nal: Uint8Array; facts: SpsFacts } {
  const out = new BitWriter();
  const flag = (percent = 50) => out.put(dice.percent(percent), 1) === 1;
  out.put(0x67, 8);
  const profile = out.put(dice.of([66, 77, 88, 100, 110, 122, 244, 44]), 8);
  out.put(0, 8);
  out.put(40, 8);
  out.ue(id);
  let chromaFormat = 1;
  let separateColourPlane = false;
  if (profile >= 100 || profile === 44) {
    chromaFormat = out.ue(dice.below(4));
    if (chromaFormat === 3) separateColourPlane = flag();
    out.ue(dice.below(7));
    out.ue(dice.below(7));
    flag(); // qpprime_y_zero_transform_bypass_flag
    if (flag(30)) putScalingLists(out, dice, chromaFormat === 3 ? 12 : 8);
  }
  const frameNumBits = out.ue(dice.below(13)) + 4;
  const pocType = out.ue(dice.below(3));
  const pocLsbBits = pocType === 0 ? out.ue(dice.below(13)) + 4 : 0;
  const deltaPicOrderAlwaysZero = pocType === 1 && flag(30);
  if (pocType === 1) {
    out.se(-3);
    out.se(700);
    for (let cycle = out.ue(dice.below(4)); cycle > 0; cycle -= 1) out.se(dice.below(9) - 4);
  }
  out.ue(16); // max_num_ref_frames
  flag(); // gaps_in_frame_num_value_allowed_flag
  const width = out.ue(dice.below(20)) + 1;
  const height = out.ue(dice.below(20)) + 1;
  const frameMbsOnly = flag();
  if (!frameMbsOnly) flag(); // mb_adaptive_frame_field_flag
  out.bits('1 0 0'); // direct_8x8_inference_flag, neither cropping nor VUI
  const chromaArrayType = separateColourPlane ? 0 : chromaFormat;
  const order = { frameNumBits, pocType, pocLsbBits, deltaPicOrderAlwaysZero };
  return {
    nal: finishNal(out),
    facts: { separateColourPlane, chromaArrayType, ...order, frameMbsOnly, mapUnits: width * height },
  };
}

/** scaling_list() (7.3.2.1.1.1): some end early, with a next scale of 0. */
function putScalingLists(out: BitWriter, dice: Dice, lists: number): void {
  for (let list = 0; list < lists; list += 1) {
    if (out.put(dice.percent(50), 1) === 0) continue;
    let scale = 8;
    for (let left = list < 6 ? 16 : 64; left > 0; left -= 1) {
      const next = dice.percent(10) === 1 ? 0 : 1 + dice.below(60);
      scale += out.se(next - scale);
      if (next === 0) break;
    }
  }
}

function randomPps(dice: Dice, spsId: number, { mapUnits }: SpsFacts) {
  const out = new BitWriter();
  const flag = (percent = 50) => out.put(dice.percent(percent), 1) === 1;
  out.put(0x68, 8);
  const ppsId = out.ue(dice.of([0, 1, 200, 255]));
  out.ue(spsId);
  const cabac = flag();
  const bottomFieldPicOrder = flag();
  const groups = putSliceGroups(out, dice, mapUnits);
  const refs = [out.ue(dice.below(16)) + 1, out.ue(dice.below(16)) + 1] as const;
  const weightedPrediction = flag();
  const weightedBipredIdc = out.put(dice.below(3), 2);
  out.se(dice.below(9) - 4);
  out.se(dice.below(9) - 4);
  out.se(dice.below(9) - 4);
  const deblockingControl = flag();
  flag(); // constrained_intra_pred_flag
  const redundantPicCount = flag(30);
  const prediction = { refs, weightedPrediction, weightedBipredIdc };
  const facts = { ppsId, cabac, bottomFieldPicOrder, ...groups, ...prediction };
  return { nal: finishNal(out), facts: { ...facts, deblockingControl, redundantPicCount } };
}

/** Slice groups of all seven kinds, and none half of the time. */
function putSliceGroups(
  out: BitWriter,
  dice: Dice,
  mapUnits: number,
): Pick<AvcFacts, 'sliceGroups' | 'mapType' | 'changeRate'> {
  const most = Math.min(8, mapUnits);
  const sliceGroups = out.ue(dice.percent(50) === 1 ? 0 : dice.below(most)) + 1;
  if (sliceGroups === 1) return { sliceGroups, mapType: 0, changeRate: 0 };
  // Maps that change are of two groups (7.4.2.2).
  const mapType = out.ue(sliceGroups === 2 ? dice.below(7) : dice.of([0, 1, 2, 6]));
  let changeRate = 0;
  if (mapType === 0) for (let group = 0; group < sliceGroups; group += 1) out.ue(dice.below(mapUnits));
  else if (mapType === 2) {
    for (let group = 0; group < sliceGroups - 1; group += 1) {
      out.ue(0);
      out.ue(dice.below(mapUnits));
    }
  } else if (mapType >= 3 && mapType <= 5) {
    out.put(dice.below(2), 1);
    // One change to a picture, exactly seven where that divides, any other number.
    changeRate = out.ue(dice.of([mapUnits, Math.ceil(mapUnits / 7), 1 + dice.below(mapUnits)]) - 1) + 1;
  } else if (mapType === 6) {
    out.ue(mapUnits - 1);
    const bits = Math.ceil(Math.log2(sliceGroups));
    for (let unit = 0; unit < mapUnits; unit += 1) out.put(dice.below(sliceGroups), bits);
  }
  return { sliceGroups, mapType, changeRate };
}
