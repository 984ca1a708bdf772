import { basename, join } from 'node:path';
import { PackagerError } from '../../base/errors.ts';
import type { FoundRun } from '../store.ts';
import { Claims } from './claims.ts';
import { Journal, NEW } from './journal.ts';
import { requireOwn } from './own-folder.ts';
import { adopt, isDead, type RunFolder, runFolders } from './run-folder.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Settle what dead runs have left in an output folder: a publication that was begun is finished, or undone where that
 * cannot be; whatever else they wrote is removed. What can be neither finished nor undone stays, and so does what looks like
 * a run's but is another user's, or has links in it.
 *
 * @param heir the id of the run that does it, which has its own folder there
 */
export async function settleDeadRuns(
  output: string,
  heir: string,
  surroundings: Surroundings,
  { warn, tell = () => {} }: SettleWatcher,
): Promise<void> {
  const others = (await runFolders(output, surroundings)).filter(({ owner }) => owner !== heir);
  await Promise.all(
    others.map(async (other) => {
      const names = await namesOf(output, other, surroundings);
      try {
        if (!(await isDead(output, other.owner, surroundings))) return tell({ state: 'live', names });
        const state = await settle(output, other, heir, surroundings);
        if (state) tell({ state, names });
      } catch (cause) {
        const reason = `${join(output, other.name)}, left by a run that was killed, ${reasonOf(cause)}`;
        warn(reason);
        tell({ state: 'stuck', names, reason });
      }
    }),
  );
}

/** Who hears of it. */
export interface SettleWatcher {
  /** What stays there, and why. */
  warn(message: string): void;
  /** Each run. */
  tell?(found: FoundRun): void;
}

/** What is in its folder; of one that was publishing when it died, perhaps not all. */
async function namesOf(
  output: string,
  { name }: RunFolder,
  { disk }: Surroundings,
): Promise<readonly string[]> {
  const folder = join(output, name);
  const intent = await new Journal(folder, output, disk).intent().catch(() => undefined);
  return intent?.names ?? (await disk.readdir(join(folder, NEW)).catch(() => []));
}

/** @returns what became of it; `undefined` when another run does it */
async function settle(
  output: string,
  dead: RunFolder,
  heir: string,
  surroundings: Surroundings,
): Promise<FoundRun['state'] | undefined> {
  const { disk } = surroundings;
  await requireOwn(output, dead.name, heir, disk);
  const folder = await adopt(output, dead, heir, surroundings);
  if (folder === undefined) return undefined;
  let state: FoundRun['state'];
  try {
    // Others could put another in its place up to now.
    await requireOwn(output, basename(folder), heir, disk);
    state = await complete(new Journal(folder, output, disk));
  } finally {
    // Even what stays may not be in the way of others.
    await Claims.release(output, dead.maker, surroundings);
  }
  await disk.rm(folder, { recursive: true, force: true, maxRetries: 3 });
  return state;
}

/** Bring a publication to an end, if one was begun. */
async function complete(journal: Journal): Promise<'published' | 'removed'> {
  const intent = await journal.intent();
  if (!intent) return 'removed';
  try {
    await journal.finish(intent);
    await journal.end();
    return 'published';
  } catch {
    await journal.undo(intent);
    return 'removed';
  }
}

/** Why something of a dead run is still there, as the end of a sentence. */
const reasonOf = (cause: unknown): string =>
  PackagerError.is(cause)
    ? `could not be brought to an end: ${cause.message}`
    : `could not be removed: ${whatStays(cause)}`;

/** What a removal has failed at. Its code is that of Node's last attempt, which often is not the reason: the path says more. */
export function whatStays(cause: unknown): string {
  const { path, message } = cause as NodeJS.ErrnoException;
  return path === undefined ? message : `${path} cannot be deleted.`;
}
