import { randomBytes } from 'node:crypto';
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MARK, type Processes, seenProcesses } from './processes.ts';

const PREFIX = '.sealpack-tmp-';
const NAME = new RegExp(`^\\.sealpack-tmp-(${MARK})-[0-9a-f]{16}$`);
/** Version 0.1.0 did not say whose they were. */
const FORMER_NAME = /^\.sealpack-[0-9a-f]{16}$/;

/** One lives for the time of a write and a rename. Of a process that cannot be asked, it is left alone for an hour. */
const OLD_MS = 3_600_000;

let seen: Processes | undefined;
const ownProcesses = (): Processes => {
  seen ??= seenProcesses();
  return seen;
};

/** The path of a new temporary file in a folder, which says whose it is. */
export const temporaryName = (folder: string): string =>
  join(folder, `${PREFIX}${ownProcesses().own}-${randomBytes(8).toString('hex')}`);

const looked = new Set<string>();

/** Remove what killed processes have left in a folder, once in the life of this one: a key store can be large. */
export async function removeOldTemporaries(folder: string): Promise<void> {
  if (looked.has(folder)) return;
  looked.add(folder);
  await removeTemporaries(folder, ownProcesses(), Date.now());
}

/** @param now milliseconds since 1970 */
export async function removeTemporaries(folder: string, processes: Processes, now: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const mark = NAME.exec(name)?.[1];
    if (mark === undefined && !FORMER_NAME.test(name)) continue;
    const state = mark === undefined ? 'elsewhere' : processes.stateOf(mark);
    if (state === 'running') continue;
    const path = join(folder, name);
    const found = await lstat(path).catch(() => undefined);
    if (!found?.isFile()) continue;
    // What cannot be removed is another user's, and in nobody's way.
    if (state === 'gone' || now - found.mtimeMs > OLD_MS) await rm(path, { force: true }).catch(() => {});
  }
}
