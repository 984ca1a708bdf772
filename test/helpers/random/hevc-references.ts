import type { BitWriter } from '../media/bit-writer.ts';
import type { Dice } from './dice.ts';

/** A picture of a short-term reference picture set: its distance in the output order, and whether the current picture uses it. */
interface Picture {
  readonly delta: number;
  readonly used: boolean;
}

/** Earlier pictures, nearest first, then later ones, nearest first (ITU-T H.265, 7.4.8). */
export type PictureSet = readonly Picture[];

/** In a DPB of 16 pictures. */
const MOST = 15;

/**
 * st_ref_pic_set() (7.3.7), explicit or predicted.
 * @param inSlice it may be predicted from any of the sets before it, else from the last one alone
 */
export function putPictureSet(
  out: BitWriter,
  dice: Dice,
  before: readonly PictureSet[],
  inSlice: boolean,
): PictureSet {
  if (before.length > 0 && out.put(dice.percent(60), 1) === 1)
    return putPredicted(out, dice, before, inSlice);
  const counts = [out.ue(dice.below(5)), out.ue(dice.below(4))];
  return counts.flatMap((count, later) => {
    let delta = 0;
    return Array.from({ length: count }, () => {
      delta += (out.ue(dice.of([0, 0, 1, 7, 300])) + 1) * (later === 1 ? 1 : -1);
      return { delta, used: out.put(dice.percent(70), 1) === 1 };
    });
  });
}

/** The pictures of another set and the one it belonged to, seen from here: those that are wanted, in order. */
function putPredicted(
  out: BitWriter,
  dice: Dice,
  before: readonly PictureSet[],
  inSlice: boolean,
): PictureSet {
  const back = inSlice ? out.ue(dice.below(before.length)) + 1 : 1;
  const from = before[before.length - back]!;
  const sign = out.put(dice.below(2), 1);
  const shift = (out.ue(dice.of([0, 0, 1, 2, 5])) + 1) * (1 - 2 * sign);
  const pictures: Picture[] = [];
  for (const { delta } of [...from, { delta: 0 }]) {
    const room = pictures.length < MOST;
    const used = out.put(dice.percent(room ? 60 : 0), 1) === 1;
    const wanted = used || out.put(dice.percent(room ? 50 : 0), 1) === 1;
    if (wanted && delta + shift !== 0) pictures.push({ delta: delta + shift, used });
  }
  const nearestFirst = pictures.toSorted((a, b) => Math.abs(a.delta) - Math.abs(b.delta));
  return [...nearestFirst.filter(({ delta }) => delta < 0), ...nearestFirst.filter(({ delta }) => delta > 0)];
}
