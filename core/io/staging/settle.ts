import { join } from 'node:path';
import { PackagerError } from '../../base/errors.ts';
import { Claims } from './claims.ts';
import { Journal } from './journal.ts';
import { adopt, isDead, type RunFolder, runFolders } from './run-folder.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Settle what dead runs have left in an output folder: a publication that was begun is finished, or undone where that
 * cannot be; whatever else they wrote is removed. What can be neither finished nor undone stays.
 *
 * @param heir the id of the run that does it, which has its own folder there
 */
export async function settleDeadRuns(
  output: string,
  heir: string,
  surroundings: Surroundings,
  warn: (message: string) => void,
): Promise<void> {
  const others = (await runFolders(output, surroundings)).filter(({ owner }) => owner !== heir);
  await Promise.all(
    others.map(async (other) => {
      try {
        if (await isDead(output, other.owner, surroundings)) await settle(output, other, heir, surroundings);
      } catch (cause) {
        warn(`${join(output, other.name)}, left by a run that was killed, ${reasonOf(cause)}`);
      }
    }),
  );
}

async function settle(output: string, dead: RunFolder, heir: string, surroundings: Surroundings) {
  const { disk } = surroundings;
  const folder = await adopt(output, dead, heir, surroundings);
  if (folder === undefined) return; // another run does it
  try {
    await complete(new Journal(folder, output, disk));
  } finally {
    // Even what stays may not be in the way of others.
    await Claims.release(output, dead.maker, surroundings);
  }
  await disk.rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Bring a publication to an end, if one was begun. */
async function complete(journal: Journal): Promise<void> {
  const intent = await journal.intent();
  if (!intent) return;
  try {
    await journal.finish(intent);
    await journal.end();
  } catch {
    await journal.undo(intent);
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
