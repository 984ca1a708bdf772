import type { BitWriter } from '../media/bit-writer.ts';
import type { Dice } from './dice.ts';
import type { HevcFacts } from './hevc-sets.ts';

/** What later parts of the header depend on. */
export interface References {
  /** The pictures that the slice may refer to, other than its own. */
  readonly used: readonly unknown[];
  /** slice_temporal_mvp_enabled_flag */
  readonly temporalMotion: boolean;
}

/** slice_type (ITU-T H.265, table 7-7). */
const B = 0;

/** The part of a slice segment header that only P and B slices have; answers whether ffmpeg misreads it. */
export function putPrediction(
  out: BitWriter,
  dice: Dice,
  facts: HevcFacts,
  { type, used, temporalMotion }: References & { readonly type: number },
): boolean {
  const flag = (percent = 50) => out.put(dice.percent(percent), 1) === 1;
  const bipredicted = type === B;
  const active: number[] = bipredicted ? [...facts.refs] : [facts.refs[0]];
  if (flag()) for (const list of active.keys()) active[list] = out.ue(dice.below(15)) + 1;
  // What a list begins with (8.3.4): the pictures that the slice may refer to; where it may, the picture itself comes last.
  const initial = [...used.map(() => 'another'), ...(facts.currentPictureReference ? ['itself'] : [])];
  const lists = active.map((count, list) => putList(out, dice, facts, { initial, count, list }));
  if (bipredicted) flag(); // mvd_l1_zero_flag
  if (facts.cabacInit) flag();
  if (temporalMotion) {
    const list = bipredicted && !flag() ? 1 : 0; // collocated_from_l0_flag
    if (active[list]! > 1) out.ue(dice.below(active[list]!));
  }
  const weighted = bipredicted ? facts.weightedBiprediction : facts.weightedPrediction;
  if (weighted) {
    const denominator = out.ue(dice.below(8));
    if (facts.chromaArrayType !== 0) out.se(dice.below(8) - denominator);
    for (const list of lists) putWeights(out, dice, list, facts.chromaArrayType !== 0);
  }
  out.ue(dice.below(5));
  if (facts.motionResolution === 2) flag(); // use_integer_mv_flag
  return weighted && lists.flat().includes('itself');
}

/** ref_pic_lists_modification() of one list (7.3.6.2), and the list that comes of it (8-8 to 8-11). */
function putList(
  out: BitWriter,
  dice: Dice,
  facts: HevcFacts,
  { initial, count, list }: { initial: readonly string[]; count: number; list: number },
): string[] {
  const temporary: string[] = [];
  while (temporary.length < Math.max(count, initial.length)) temporary.push(...initial);
  if (facts.listsModification && initial.length > 1 && out.put(dice.below(2), 1) === 1) {
    const bits = Math.ceil(Math.log2(initial.length));
    return Array.from({ length: count }, () => temporary[out.put(dice.below(initial.length), bits)]!);
  }
  const result = temporary.slice(0, count);
  if (list === 0 && facts.currentPictureReference && initial.length > count) result[count - 1] = 'itself';
  return result;
}

/** pred_weight_table() of one list (7.3.6.3): the flags first, none for the picture itself. */
function putWeights(out: BitWriter, dice: Dice, list: readonly string[], chroma: boolean): void {
  const flags = () => list.map((picture) => picture !== 'itself' && out.put(dice.percent(40), 1) === 1);
  const luma = flags();
  const both = chroma ? flags() : [];
  for (const index of list.keys()) {
    if (luma[index]) {
      out.se(dice.below(256) - 128);
      out.se(dice.below(256) - 128);
    }
    if (both[index]) {
      for (let plane = 0; plane < 2; plane += 1) {
        out.se(dice.below(256) - 128);
        out.se(dice.below(1024) - 512);
      }
    }
  }
}
