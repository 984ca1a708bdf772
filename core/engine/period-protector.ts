import type { Protector, ResourceCipher } from '../protection/protector.ts';
import { CLEAR } from '../title/periods.ts';

/** What protects a track, or a unit's resources, from one crypto period to the next. */
export interface PeriodProtectors {
  /** Of each segment: its crypto period, or `CLEAR`. */
  readonly periods: Int32Array;
  /** One for each period in which there is something to protect. */
  readonly byPeriod: ReadonlyMap<number, Protector>;
}

/**
 * One protector of those of all periods: protection belongs to a segment. Segments that are to stay clear pass as they are.
 * Where all segments are in one period it is that period's own, with nothing in between.
 * @returns `undefined` where all segments stay clear
 */
export function joinPeriods({ periods, byPeriod }: PeriodProtectors): Protector | undefined {
  const [first, ...others] = byPeriod;
  if (!first) return undefined;
  const [period, protector] = first;
  if (others.length === 0 && periods.every((one) => one === period)) return protector;

  const { scheme } = protector;
  const [samples, resources] = facesOf([...byPeriod.values()], scheme);
  const left = new Map(byPeriod);
  const last = new Map([...periods].map((one, index) => [one, index]));
  const inPeriodOf = (index: number): Protector => {
    const found = left.get(periods[index]!);
    if (!found) throw new RangeError(`nothing protects segment ${index + 1}`);
    return found;
  };
  /** Segments come in order: with a protector goes its memory, which a hundred of them would hold a hundred times. */
  const leave = (index: number): void => {
    if (last.get(periods[index]!) === index) left.delete(periods[index]!);
  };
  const canPass = [...byPeriod.values()].every(({ pass }) => pass);
  return {
    scheme,
    ...(samples && {
      protectSegment(segment) {
        const { index, count } = segment;
        if (count === 0 || periods[index] === CLEAR) return segment;
        const answer = inPeriodOf(index).protectSegment!(segment);
        leave(index);
        return answer;
      },
    }),
    ...(samples &&
      canPass && {
        pass(segment) {
          const { index, count } = segment;
          if (count === 0 || periods[index] === CLEAR) return;
          inPeriodOf(index).pass!(segment);
          leave(index);
        },
      }),
    ...(resources && {
      protectResource: (index: number) =>
        periods[index] === CLEAR ? AS_IT_IS : inPeriodOf(index).protectResource!(index),
    }),
  };
}

/** Whether they protect samples, and whether they protect resources. @throws TypeError when they are not of one kind */
function facesOf(protectors: readonly Protector[], scheme: string): boolean[] {
  if (protectors.some((one) => one.scheme !== scheme))
    throw new TypeError('the protectors of crypto periods have several schemes');
  return (['protectSegment', 'protectResource'] as const).map((face) => {
    const having = protectors.filter((one) => one[face] !== undefined).length;
    if (having > 0 && having < protectors.length)
      throw new TypeError(`only ${having} of ${protectors.length} protectors of crypto periods have ${face}`);
    return having > 0;
  });
}

const NOTHING = new Uint8Array(0);

const AS_IT_IS: ResourceCipher = { update: (bytes) => bytes, final: () => NOTHING };
