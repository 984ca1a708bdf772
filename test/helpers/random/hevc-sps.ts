import { BitWriter } from '../media/bit-writer.ts';
import { finishNal } from '../media/made-nals.ts';
import type { Dice } from './dice.ts';
import { type PictureSet, putPictureSet } from './hevc-references.ts';
import { putVui } from './hevc-vui.ts';

/** What the writer of slices must know of the sequence parameter set that was written. */
export interface HevcSpsFacts {
  readonly spsId: number;
  readonly separateColourPlane: boolean;
  readonly chromaArrayType: number;
  /** PicWidthInCtbsY and PicHeightInCtbsY. */
  readonly ctbs: readonly [columns: number, rows: number];
  readonly pocLsbBits: number;
  readonly sampleAdaptiveOffset: boolean;
  readonly pictureSets: readonly PictureSet[];
  readonly longTermReferences: boolean;
  /** used_by_curr_pic_lt_sps_flag */
  readonly longTermUsed: readonly boolean[];
  readonly temporalMotion: boolean;
  /** motion_vector_resolution_control_idc */
  readonly motionResolution: number;
  /** general_profile_idc: Main, range extensions, screen content. */
  readonly profile: number;
  /** sps_multilayer_extension_flag, behind which ffmpeg 5.1 does not read. */
  readonly multilayer: boolean;
}

/** A sequence parameter set of any kind that the standard allows in the base layer (ITU-T H.265, 7.3.2.2). */
export function randomSps(dice: Dice): { nal: Uint8Array; facts: HevcSpsFacts } {
  const out = new BitWriter();
  const flag = (percent = 50) => out.put(dice.percent(percent), 1) === 1;
  out.put(0x4201, 16);
  out.put(0, 4);
  const subLayers = out.put(dice.percent(30) * dice.below(7), 3) + 1;
  out.bits('1');
  const profile = dice.of([1, 4, 9, 11]);
  putProfile(out, dice, profile, subLayers);
  const spsId = out.ue(dice.below(16));
  const chromaFormat = out.ue(dice.below(4));
  const separateColourPlane = chromaFormat === 3 && flag(30);
  const least = dice.below(3); // log2_min_luma_coding_block_size_minus3
  const difference = Math.max(1 - least, dice.below(4 - least));
  const pictures = [1 + dice.below(40), 1 + dice.below(40)].map((blocks) => blocks * 2 ** (least + 3));
  for (const side of pictures) out.ue(side);
  if (flag(20)) for (let side = 0; side < 4; side += 1) out.ue(0); // conformance window
  const depths = [out.ue(dice.below(5)) + 8, out.ue(dice.below(5)) + 8] as const;
  const pocLsbBits = out.ue(dice.below(13)) + 4;
  for (let layer = flag() ? subLayers : 1; layer > 0; layer -= 1) for (const most of [15, 2, 0]) out.ue(most);
  out.ue(least);
  out.ue(difference);
  for (const transform of [0, 0, 1, 1]) out.ue(transform);
  if (flag(30) && flag()) putScalingLists(out, dice);
  flag(); // amp_enabled_flag
  const sampleAdaptiveOffset = flag();
  if (flag(20)) {
    out.put(0x77, 8);
    out.ue(Math.min(least, 2));
    out.ue(0);
    flag();
  }
  const pictureSets: PictureSet[] = [];
  for (let sets = out.ue(dice.of([0, 1, 2, 5, 9])); sets > 0; sets -= 1) {
    pictureSets.push(putPictureSet(out, dice, pictureSets, false));
  }
  const longTermReferences = flag();
  const longTermUsed = longTermReferences
    ? Array.from({ length: out.ue(dice.of([0, 1, 2, 3, 8, 32])) }, () => {
        out.put(dice.below(2 ** pocLsbBits), pocLsbBits);
        return flag();
      })
    : [];
  const temporalMotion = flag();
  flag(); // strong_intra_smoothing_enabled_flag
  if (flag(30)) putVui(out, dice, subLayers);
  const extensions = putExtensions(out, dice, profile, { chromaFormat, depths });
  const ctb = 2 ** (least + 3 + difference);
  return {
    nal: finishNal(out),
    facts: {
      ...{ spsId, separateColourPlane, chromaArrayType: separateColourPlane ? 0 : chromaFormat },
      ctbs: [Math.ceil(pictures[0]! / ctb), Math.ceil(pictures[1]! / ctb)],
      ...{ pocLsbBits, sampleAdaptiveOffset, pictureSets, longTermReferences, longTermUsed },
      ...{ temporalMotion, profile, ...extensions },
    },
  };
}

/** profile_tier_level() (7.3.3). */
function putProfile(out: BitWriter, dice: Dice, profile: number, subLayers: number): void {
  out.put(profile, 8);
  for (let flag = 0; flag < 32; flag += 1) out.put(Number(flag === profile), 1);
  out.put(0x9000, 16);
  out.put(0, 32);
  out.put(93, 8);
  const present = Array.from({ length: 2 * (subLayers - 1) }, () => out.put(dice.below(2), 1));
  if (subLayers > 1) out.put(0, 2 * (9 - subLayers));
  for (const [index, there] of present.entries()) {
    if (there === 0) continue;
    if (index % 2 === 0) for (let bits = 0; bits < 88; bits += 8) out.put(0, 8);
    else out.put(90, 8);
  }
}

/** scaling_list_data() (7.3.4). */
export function putScalingLists(out: BitWriter, dice: Dice): void {
  for (const [size, coefficients] of [16, 64, 64, 64].entries()) {
    for (let matrix = 0; matrix < 6; matrix += size === 3 ? 3 : 1) {
      if (out.put(dice.percent(40), 1) === 0) {
        out.ue(0);
        continue;
      }
      if (size > 1) out.se(dice.below(100));
      for (let index = 0; index < coefficients; index += 1) out.se(dice.below(5) - 2);
    }
  }
}

interface Samples {
  readonly chromaFormat: number;
  readonly depths: readonly [luma: number, chroma: number];
}

/** From sps_extension_present_flag on. */
function putExtensions(
  out: BitWriter,
  dice: Dice,
  profile: number,
  { chromaFormat, depths }: Samples,
): Pick<HevcSpsFacts, 'motionResolution' | 'multilayer'> {
  const flag = (percent = 50) => out.put(dice.percent(percent), 1) === 1;
  if (!flag(profile === 1 ? 0 : 80)) return { motionResolution: 0, multilayer: false };
  const range = flag();
  const multilayer = flag(20);
  out.bits('0'); // sps_3d_extension_flag
  const screen = flag(profile >= 9 ? 80 : 0);
  out.put(0, 4);
  if (range) out.put(dice.below(512), 9);
  if (multilayer) flag();
  if (!screen) return { motionResolution: 0, multilayer };
  flag(); // sps_curr_pic_ref_enabled_flag
  if (flag()) {
    out.ue(dice.below(64));
    out.ue(dice.below(64));
    if (flag()) {
      const entries = out.ue(dice.below(3)) + 1;
      for (const bits of chromaFormat === 0 ? [depths[0]] : [depths[0], depths[1], depths[1]]) {
        for (let entry = 0; entry < entries; entry += 1) out.put(dice.below(2 ** bits), bits);
      }
    }
  }
  const motionResolution = out.put(dice.below(3), 2);
  flag(); // intra_boundary_filtering_disabled_flag
  return { motionResolution, multilayer };
}
