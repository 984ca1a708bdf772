import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { type Ended, runSealpack } from './command.ts';
import { type Kill, type Life, letSilencePass, phaseOf, runAndKill } from './kill.ts';
import type { Stretch } from './preload.ts';
import {
  configOf,
  look,
  MODES,
  type ModeCount,
  makePlace,
  type Place,
  type Prints,
  printsOf,
  type Seen,
  writeConfig,
} from './title.ts';

const FILM = join(import.meta.dirname, '../media/sample-180p.mp4');

export interface Tally {
  /** Runs that were killed. */
  killed: number;
  /** Runs that had ended before their time came. */
  survived: number;
  readonly phases: Map<string, number>;
  readonly kinds: Map<string, number>;
  /** Kills after which a title was between the old and the new one, until the next run. */
  between: number;
  readonly defects: { readonly kill: Kill; readonly faults: readonly string[] }[];
}

export const newTally = (): Tally => ({
  killed: 0,
  survived: 0,
  phases: new Map(),
  kinds: new Map(),
  between: 0,
  defects: [],
});

/** Outputs that nobody killed, to compare with. */
export interface Reference {
  readonly folder: string;
  readonly old: Prints;
  readonly fresh: Prints;
  readonly lives: Readonly<Record<'true' | 'false', Life>>;
}

export async function makeReference(modes: ModeCount): Promise<Reference> {
  const runOf = async (version: 'old' | 'new', old?: string) => {
    const folder = temporaryFolder('kills');
    const { output } = await makePlace(folder, FILM, old);
    await writeConfig(folder, configOf(version, modes, old !== undefined));
    const count = join(folder, 'calls.json');
    const { status, text, seconds } = await runSealpack(folder, {
      room: 'here',
      workers: 0,
      orders: { from: 'start', count },
    });
    if (status !== 0) throw new Error(text);
    const calls = JSON.parse(await readFile(count, 'utf8')) as Record<Stretch, number>;
    return { output, life: { calls, seconds } };
  };
  const old = await runOf('old');
  const first = await runOf('new');
  const again = await runOf('new', old.output);
  const [before, fresh, replaced] = await Promise.all(
    [old, first, again].map(({ output }) => printsOf(output)),
  );
  for (const name of Object.values(MODES[modes])) {
    if (fresh!.get(name) !== replaced!.get(name)) throw new Error(`${name} is not the same each time`);
    if (fresh!.get(name) === before!.get(name)) throw new Error(`${name} is the same in both versions`);
  }
  return { folder: old.output, old: before!, fresh: fresh!, lives: { false: first.life, true: again.life } };
}

/** Kill, look, run again, look. @returns what was wrong */
export async function tryKill(kill: Kill, reference: Reference, tally: Tally): Promise<string[]> {
  const { modes, overwrite, ways, room, next, nextRoom } = kill;
  const place = await makePlace(temporaryFolder('kills'), FILM, overwrite ? reference.folder : undefined);
  const names = Object.values(MODES[modes]);
  const see = (): Promise<Seen> => look(place.output, names, reference.old, reference.fresh);
  const faults: string[] = [];
  try {
    for (const [index, way] of ways.entries()) {
      // Those that die next may have something of the first to settle.
      const isSame = index === 0 || next !== 'another title';
      await writeConfig(place.folder, configOf(isSame ? 'new' : 'other', modes, overwrite));
      const { wasKilled, status, text } = await runAndKill(
        place.folder,
        way,
        kill,
        reference.lives[`${overwrite}`].seconds,
      );
      if (!wasKilled) {
        tally.survived++;
        // Of the same title, where it may not be replaced and the first one had published it.
        if (status !== 0 && !(index > 0 && status === 4))
          faults.push(`a run that was not killed ended with ${status}: ${text}`);
        continue;
      }
      tally.killed++;
      add(tally.kinds, `${modes}, ${overwrite ? 'overwrite' : 'nothing there'}, ${room} then ${nextRoom}`);
      add(tally.kinds, `by ${way.by}`);
      const { states, tornReports } = await see();
      const phase = await phaseOf(place.output);
      const isDone = phase === 'before the first file' && states.every((state) => state === 'new');
      add(tally.phases, isDone ? 'after publishing' : phase);
      if (new Set(states).size > 1) tally.between++;
      if (states.includes('partial')) faults.push(`partial after the kill: ${states}`);
      if (tornReports.length > 0) faults.push(`torn after the kill: ${tornReports}`);
      if (!overwrite && states.includes('old')) faults.push('an old output where there was none');
    }
    faults.push(...(await runNext(kill, place)));
    const { states, strange, tornReports } = await see();
    if (states.includes('partial')) faults.push(`partial: ${states}`);
    if (new Set(states).size > 1) faults.push(`mixed: ${states}`);
    if (overwrite && states.includes('absent')) faults.push(`lost: ${states}`);
    if (next !== 'another title' && states.some((state) => state !== 'new'))
      faults.push(`not written: ${states}`);
    if (strange.length > 0) faults.push(`left: ${strange}`);
    if (tornReports.length > 0) faults.push(`torn: ${tornReports}`);
    return faults;
  } finally {
    await rm(place.folder, { recursive: true, force: true });
  }
}

/** The run after the kill, which must end well. */
async function runNext(
  { room, nextRoom, next, modes, overwrite }: Kill,
  { folder, output }: Place,
): Promise<string[]> {
  // Of a process that it cannot see it must think that it lives, until it has been silent for long.
  if (room !== 'here' || nextRoom !== 'here') await letSilencePass(output);
  const title = configOf(next === 'another title' ? 'other' : 'new', modes, overwrite);
  await writeConfig(folder, next === 'the same list' ? [title, configOf('other', modes, overwrite)] : title);
  const { status, text }: Ended = await runSealpack(folder, { room: nextRoom, workers: 0 });
  return status === 0 ? [] : [`the next run ended with ${status}: ${text}`];
}

const add = (counts: Map<string, number>, name: string): void =>
  void counts.set(name, (counts.get(name) ?? 0) + 1);
