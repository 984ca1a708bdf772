import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { MARK } from '../processes.ts';
import { SILENCE_MS, WATCH_MS } from './heartbeat.ts';
import { WITHOUT_WAITING } from './read-plain.ts';
import type { Surroundings } from './surroundings.ts';

/** All that a run keeps in an output folder begins so. */
export const HIDDEN = '.sealpack-';

const NAME = new RegExp(`^\\.sealpack-(${MARK}-[0-9a-f]{12})(?:~(${MARK}-[0-9a-f]{12}))?$`);

/** A hidden folder: whose it was, and who settles it if that one has died. */
export interface RunFolder {
  readonly name: string;
  /** The id of the run that made it. */
  readonly maker: string;
  /** The id of the run that it belongs to now. */
  readonly owner: string;
}

/** An id that no other run has or will have, anywhere. */
export const newRunId = ({ processes }: Surroundings): string =>
  `${processes.own}-${randomBytes(6).toString('hex')}`;

export const runFolderName = (id: string): string => HIDDEN + id;

/** Touched as long as the run lives. */
export const ALIVE = 'alive';

/** The hidden folders of runs in an output folder. */
export async function runFolders(output: string, { disk }: Surroundings): Promise<RunFolder[]> {
  return (await disk.readdir(output)).flatMap((name) => {
    const [, maker, owner = maker] = NAME.exec(name) ?? [];
    return maker && owner ? [{ name, maker, owner }] : [];
  });
}

/**
 * Take over the folder of a dead run. The renaming is what makes this safe: of several that try, one succeeds; and if the
 * owner is alive after all, it finds nothing under its path any more and can publish nothing.
 * @returns the new path; `undefined` when another run was faster
 */
export async function adopt(
  output: string,
  { name, maker }: RunFolder,
  heir: string,
  { disk }: Surroundings,
): Promise<string | undefined> {
  const path = join(output, `${runFolderName(maker)}~${heir}`);
  try {
    await disk.rename(join(output, name), path);
    return path;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}

/** Is this run over, though its folder is there? When its process cannot be asked, its heart decides. */
export async function isDead(output: string, id: string, surroundings: Surroundings): Promise<boolean> {
  const { processes, running, now, sleep } = surroundings;
  const path = join(output, runFolderName(id));
  const last = await lastSign(path, surroundings);
  if (last === undefined) return true; // its own folder is gone: it has ended
  const mark = id.slice(0, id.lastIndexOf('-'));
  if (mark === processes.own) return !running.has(id);
  const state = processes.stateOf(mark);
  if (state !== 'elsewhere') return state === 'gone';
  if (now() - last <= SILENCE_MS) return false;
  await sleep(WATCH_MS);
  const later = await lastSign(path, surroundings);
  return later === undefined || later === last;
}

/** When the run was last seen alive. Without a heart it died young: its folder's own time counts. */
async function lastSign(folder: string, { disk }: Surroundings): Promise<number | undefined> {
  for (const path of [join(folder, ALIVE), folder]) {
    try {
      // Opened, not only looked at: NFS then asks the server.
      const handle = await disk.open(path, WITHOUT_WAITING);
      try {
        return (await handle.stat()).mtimeMs;
      } finally {
        await handle.close();
      }
    } catch (cause) {
      // What may not be looked at is not known to be dead.
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') return Number.POSITIVE_INFINITY;
    }
  }
  return undefined;
}
