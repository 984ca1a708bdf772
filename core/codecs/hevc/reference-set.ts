import { BitstreamError, type RbspReader } from '../../base/bit-reader.ts';

/** A short-term reference picture set (ITU-T H.265, 7.4.8). */
export interface ReferenceSet {
  /** Picture order counts less that of the current picture: the earlier pictures first, nearest first, then the later ones. */
  readonly deltas: readonly number[];
  /** How many of them are earlier: NumNegativePics. */
  readonly negatives: number;
  /** Whether the current picture may refer to it, or only later ones may. */
  readonly used: readonly boolean[];
}

/** MaxDpbSize is never larger, and one of those pictures is the current one. */
const MOST_PICTURES = 16;

/** abs_delta_rps_minus1 and delta_poc_minus1 are below 2^15. */
const MOST_DELTA = 2 ** 15 - 1;

/**
 * Read st_ref_pic_set() (7.3.7) as the SPS has it: behind the sets before it.
 * @throws BitstreamError when it has more pictures than any level allows
 */
export const parseReferenceSet = (reader: RbspReader, before: readonly ReferenceSet[]): ReferenceSet =>
  before.length > 0 && reader.flag() ? predictSet(reader, before.at(-1)!) : parseExplicit(reader);

/** Read st_ref_pic_set() as a slice header has it: it may be predicted from any of the SPS's sets. */
export function parseSliceReferenceSet(reader: RbspReader, sets: readonly ReferenceSet[]): ReferenceSet {
  if (sets.length === 0 || !reader.flag()) return parseExplicit(reader);
  const back = reader.ueUpTo(sets.length - 1, 'delta_idx_minus1') + 1;
  return predictSet(reader, sets[sets.length - back]!);
}

function parseExplicit(reader: RbspReader): ReferenceSet {
  const negatives = reader.ueUpTo(MOST_PICTURES, 'num_negative_pics');
  const positives = reader.ueUpTo(MOST_PICTURES - negatives, 'num_positive_pics');
  const deltas: number[] = [];
  const used: boolean[] = [];
  let delta = 0;
  for (let index = 0; index < negatives + positives; index += 1) {
    if (index === negatives) delta = 0;
    const step = reader.ueUpTo(MOST_DELTA, 'delta_poc_minus1') + 1;
    delta += index < negatives ? -step : step;
    deltas.push(delta);
    used.push(reader.flag());
  }
  return { deltas, negatives, used };
}

/** inter_ref_pic_set_prediction: the pictures of another set seen from here, and the picture that set belonged to. */
function predictSet(reader: RbspReader, from: ReferenceSet): ReferenceSet {
  const sign = reader.flag() ? -1 : 1;
  const shift = sign * (reader.ueUpTo(MOST_DELTA, 'abs_delta_rps_minus1') + 1);
  const count = from.deltas.length;
  const used: boolean[] = [];
  const kept: boolean[] = [];
  for (let index = 0; index <= count; index += 1) {
    used.push(reader.flag());
    kept.push(used[index]! || reader.flag()); // use_delta_flag
  }

  const set = { deltas: [] as number[], used: [] as boolean[] };
  const add = (index: number, wanted: -1 | 1): void => {
    const delta = (from.deltas[index] ?? 0) + shift;
    if (!kept[index] || Math.sign(delta) !== wanted) return;
    set.deltas.push(delta);
    set.used.push(used[index]!);
  };
  // The order of (7-61) and (7-62): on each side of the current picture, nearest first.
  for (let index = count - 1; index >= from.negatives; index -= 1) add(index, -1);
  add(count, -1);
  for (let index = 0; index < from.negatives; index += 1) add(index, -1);
  const negatives = set.deltas.length;
  for (let index = from.negatives - 1; index >= 0; index -= 1) add(index, 1);
  add(count, 1);
  for (let index = from.negatives; index < count; index += 1) add(index, 1);
  if (set.deltas.length > MOST_PICTURES)
    throw new BitstreamError(`has a reference picture set of ${set.deltas.length} pictures`);
  return { ...set, negatives };
}
