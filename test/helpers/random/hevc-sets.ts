import type { Dice } from './dice.ts';
import { randomPps } from './hevc-pps.ts';
import { randomSps } from './hevc-sps.ts';

/** An SPS and a PPS that go together, and what the writer of slices must know of them. */
export function randomHevcSets(dice: Dice) {
  const sps = randomSps(dice);
  const pps = randomPps(dice, sps.facts);
  return { sets: [sps.nal, pps.nal], facts: { ...sps.facts, ...pps.facts } };
}

export type HevcFacts = ReturnType<typeof randomHevcSets>['facts'];
