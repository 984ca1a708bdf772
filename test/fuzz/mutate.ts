import { Dice } from '../helpers/random/dice.ts';
import { BYTE_MUTATORS, type Mutator } from './byte-mutators.ts';
import { EBML_MUTATORS } from './ebml-mutators.ts';
import type { Format, FuzzMedia } from './media.ts';
import { MP4_MUTATORS } from './mp4-mutators.ts';
import { TEXT_MUTATORS } from './text-mutators.ts';
import { TS_MUTATORS } from './ts-mutators.ts';

const OWN: Readonly<Record<Format, Readonly<Record<string, Mutator>>>> = {
  mp4: MP4_MUTATORS,
  ebml: EBML_MUTATORS,
  ts: TS_MUTATORS,
  text: TEXT_MUTATORS,
};

export interface Mutant {
  readonly bytes: Buffer;
  /** What was done to it, in order. */
  readonly mutations: readonly string[];
}

/** How many of a hundred mutations know the format. */
const OWN_SHARE = 75;

/** The mutant of a medium and a number: always the same one. */
export function mutate(sound: Buffer, { name, format }: FuzzMedia, number: number): Mutant {
  // One number must not mean the same damage to all media.
  const dice = new Dice(
    [...name].reduce((mixed, letter) => Math.imul(mixed, 31) + letter.charCodeAt(0), number),
  );
  const mutations: string[] = [];
  let bytes = Buffer.from(sound);
  for (let times = dice.of([1, 1, 1, 2, 2, 3, 5]); times > 0 && bytes.length > 0; times--) {
    const mutators = Object.entries(dice.percent(OWN_SHARE) ? OWN[format] : BYTE_MUTATORS);
    const [name, mutator] = dice.of(mutators);
    bytes = Buffer.from(mutator(bytes, dice));
    mutations.push(name);
  }
  return { bytes, mutations };
}
