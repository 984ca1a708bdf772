import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PackagerError } from '../base/errors.ts';
import { outputError, requireDiskSpace } from './disk.ts';
import { MARK, type Processes, seenProcesses } from './processes.ts';

const HINT = 'Free some space there, or name a folder of another disk in the environment variable TMPDIR.';

/** Of a process that cannot be asked: nothing in the folder was touched for so long. A run writes all the time. */
const OLD_MS = 7 * 24 * 3_600_000;

let seen: Processes | undefined;

/**
 * A new folder among the temporary files of this machine, for this user alone; whoever made it removes it. What killed processes have
 * left of the kind goes first: a folder says in its name whose it is.
 * @param kind a word, which its name has
 * @throws PackagerError OUTPUT_NOT_WRITABLE, DISK_FULL
 */
export async function makeTemporaryFolder(kind: string): Promise<string> {
  seen ??= seenProcesses();
  await removeTemporaryFolders(kind, seen, Date.now());
  const prefix = join(tmpdir(), `sealpack-${kind}-${seen.own}-`);
  return mkdtemp(prefix).catch((cause: unknown) => {
    throw withHint(outputError(tmpdir(), cause));
  });
}

/** @param now milliseconds since 1970 */
export async function removeTemporaryFolders(kind: string, processes: Processes, now: number): Promise<void> {
  const own = new RegExp(`^sealpack-${kind}-(${MARK})-\\w{6}$`);
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    const mark = own.exec(name)?.[1];
    const state = mark === undefined ? 'running' : processes.stateOf(mark);
    if (state === 'running') continue;
    const path = join(tmpdir(), name);
    const found = await lstat(path).catch(() => undefined);
    // Anybody may make something of this name there.
    if (!found?.isDirectory() || found.uid !== (process.getuid?.() ?? found.uid)) continue;
    if (state === 'gone' || now - (await lastTouched(path)) > OLD_MS)
      await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

/** The last change of anything in a folder, in milliseconds since 1970. */
async function lastTouched(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const paths = [folder, ...names.map((name) => join(folder, name))];
  const times = await Promise.all(paths.map((path) => lstat(path).catch(() => undefined)));
  return times.reduce((last, each) => Math.max(last, each?.mtimeMs ?? 0), 0);
}

/** @throws PackagerError DISK_FULL when there is no room among the temporary files for what is made of so many bytes */
export const requireTemporarySpace = (bytes: number): Promise<void> =>
  inTemporaryFolder(() => requireDiskSpace(tmpdir(), bytes));

/** Work in such a folder, whose errors say how another is chosen. */
export async function inTemporaryFolder<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw PackagerError.is(cause) ? withHint(cause) : cause;
  }
}

/** An output folder is not to blame. */
const withHint = (error: PackagerError): PackagerError =>
  ['DISK_FULL', 'OUTPUT_NOT_WRITABLE'].includes(error.code)
    ? new PackagerError({ ...error.toJSON(), hint: HINT }, { cause: error.cause })
    : error;
