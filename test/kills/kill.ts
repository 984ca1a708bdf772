import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dice } from '../helpers/random/dice.ts';
import { type Ended, type Room, runSealpack } from './command.ts';
import type { Orders, Stretch } from './preload.ts';
import type { ModeCount } from './title.ts';

/** How a run is killed. */
export type Way =
  /** At a call to the file system, from within. */
  | { readonly by: 'step'; readonly orders: Orders }
  /** After a part of the time that such a run takes, from outside. */
  | { readonly by: 'time'; readonly share: number }
  /** While it publishes slowly, so many milliseconds after it has begun, from outside. */
  | { readonly by: 'slow'; readonly slow: number; readonly after: number };

/** What follows at once. */
export type Next = 'another title' | 'the same title' | 'the same list';

export interface Kill {
  readonly number: number;
  readonly modes: ModeCount;
  readonly overwrite: boolean;
  readonly workers: number;
  readonly room: Room;
  readonly ways: readonly Way[];
  readonly next: Next;
  readonly nextRoom: Room;
}

/** Calls of a run that nobody kills, by stretch, and its time. */
export interface Life {
  readonly calls: Readonly<Record<Stretch, number>>;
  readonly seconds: number;
}

/** Whether a kill, or the run after it, is in a process namespace of its own. */
export const isApart = (number: number): boolean => number % 5 === 0;

/** The kill of a number: always the same one. */
export function drawKill(number: number, dice: Dice, containers: boolean, livesOf: LivesOf): Kill {
  const modes = dice.of(['one', 'four'] as const);
  const overwrite = dice.percent(60) === 1;
  const apart = containers && isApart(number);
  const room = apart ? dice.of(['here', 'container', 'container'] as const) : 'here';
  const nextRoom =
    apart && room === 'here' ? 'container' : apart ? dice.of(['here', 'container'] as const) : 'here';
  const kills = dice.of([1, 1, 1, 2, 2, 3]);
  return {
    number,
    modes,
    overwrite,
    workers: dice.of([0, 0, 2]),
    room,
    nextRoom,
    ways: Array.from({ length: kills }, () => drawWay(dice, livesOf(modes, overwrite))),
    next: dice.of([
      'another title',
      'another title',
      overwrite ? 'the same title' : 'the same list',
    ] as const),
  };
}

export type LivesOf = (modes: ModeCount, overwrite: boolean) => Life;

function drawWay(dice: Dice, { calls }: Life): Way {
  const drawn = dice.below(100);
  if (drawn < 15) return { by: 'time', share: 0.05 + dice.below(100) / 100 };
  if (drawn < 35) return { by: 'slow', slow: 5, after: dice.below(calls.journal * 5) };
  // Most of what can go wrong is within a few calls.
  const from = drawn < 47 ? 'start' : drawn < 62 ? 'sync' : 'journal';
  const step = dice.below(calls[from]);
  const late = dice.of([undefined, 0, 50, 300, 2000]);
  return { by: 'step', orders: { from, step, ...(late !== undefined && { late }) } };
}

/** Let a run of the config in the folder die. */
export async function runAndKill(
  folder: string,
  way: Way,
  { room, workers }: Pick<Kill, 'room' | 'workers'>,
  seconds: number,
): Promise<Ended> {
  if (way.by === 'step') return runSealpack(folder, { room, workers, orders: way.orders });
  if (way.by === 'time') {
    return runSealpack(folder, { room, workers, killAfter: () => sleep(way.share * seconds * 1000) });
  }
  let isOver = false;
  const killAfter = async () => {
    while (!isOver && !(await isPublishing(join(folder, 'out')))) await sleep(2);
    await sleep(way.after);
  };
  const orders: Orders = { from: 'journal', slow: way.slow };
  return runSealpack(folder, { room, workers, orders, killAfter }).finally(() => {
    isOver = true;
  });
}

async function isPublishing(output: string): Promise<boolean> {
  const phase = await phaseOf(output);
  return phase === 'journal' || phase === 'moving';
}

/** How far a run has come, by what it has left: the furthest, where several have. */
export type Phase =
  | 'before the first file'
  | 'hidden folder'
  | 'writing'
  | 'journal'
  | 'moving'
  | 'cleaning up'
  | 'report';

export async function phaseOf(output: string): Promise<Phase> {
  const names = await readdir(output).catch(() => []);
  if (names.some((name) => name.startsWith('.sealpack-tmp-'))) return 'report';
  const folders = names.filter((name) => /^\.sealpack-[0-9a-f]{12}-/.test(name));
  const held = await Promise.all(folders.map((name) => readdir(join(output, name)).catch(() => [])));
  const all = held.flat();
  if (all.includes('journal')) return 'moving';
  if (all.includes('journal.draft')) return 'journal';
  if (all.includes('old')) return 'cleaning up';
  if (folders.length === 0)
    return names.some((name) => name.startsWith('.')) ? 'cleaning up' : 'before the first file';
  const written = await Promise.all(
    folders.map((name) => readdir(join(output, name, 'new')).catch(() => [])),
  );
  return written.flat().length > 0 ? 'writing' : 'hidden folder';
}

/** Let the signs of life of all runs be two hours old: what a run elsewhere needs to be taken for dead. */
export async function letSilencePass(output: string): Promise<void> {
  const then = new Date(Date.now() - 7_200_000);
  for (const name of await readdir(output).catch(() => [])) {
    if (!name.startsWith('.sealpack-')) continue;
    for (const path of [join(output, name, 'alive'), join(output, name)]) {
      await utimes(path, then, then).catch(() => {});
    }
  }
}
