import { Dice } from '../helpers/random/dice.ts';
import { makeReference, newTally, type Tally, tryKill } from './attempt.ts';
import { hasContainers } from './command.ts';
import { drawKill, isApart, type Kill, type Life } from './kill.ts';
import type { ModeCount } from './title.ts';

export interface CampaignOptions {
  /** Kills to make. */
  readonly runs: number;
  readonly seed: number;
  /** Drawn numbers alone. */
  readonly only?: readonly number[] | undefined;
  /** How many at a time, beside those that mostly wait. */
  readonly jobs: number;
  onDefect?(kill: Kill, faults: readonly string[]): void;
  onProgress?(tally: Tally): void;
}

/** Kill runs until enough have died, and look after each at what is there. */
export async function campaign(options: CampaignOptions): Promise<Tally> {
  const { runs, seed, only, jobs } = options;
  const references = { one: await makeReference('one'), four: await makeReference('four') };
  const livesOf = (modes: ModeCount, overwrite: boolean): Life => references[modes].lives[`${overwrite}`];
  const tally = newTally();
  const work = async (numbers: Iterator<number>): Promise<void> => {
    for (let drawn = numbers.next(); !drawn.done && tally.killed < runs; drawn = numbers.next()) {
      const dice = new Dice(seed * 1_000_003 + drawn.value);
      const kill = drawKill(drawn.value, dice, hasContainers(), livesOf);
      const faults = await tryKill(kill, references[kill.modes], tally);
      if (faults.length > 0) {
        tally.defects.push({ kill, faults });
        options.onDefect?.(kill, faults);
      }
      options.onProgress?.(tally);
    }
  };
  const [here, apart] = [numbersOf(false, only), numbersOf(true, only)];
  // Runs apart wait a quarter of a minute, to see whether somebody elsewhere is alive.
  await Promise.all([...Array(jobs).fill(here), ...Array(jobs * 3).fill(apart)].map(work));
  return tally;
}

function* numbersOf(apart: boolean, only?: readonly number[]): Generator<number> {
  if (only) return yield* only.filter((number) => isApart(number) === apart);
  for (let number = 0; ; number++) if (isApart(number) === apart) yield number;
}
