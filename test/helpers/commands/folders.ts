import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { link, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `test/run.ts` sets it, so that the processes of one run share what they make. */
const SHARED = process.env['SEALPACK_TEST_FOLDER'];

let own: string | undefined;

/** This process's folder for temporary files; removed when it ends. */
function ownFolder(): string {
  if (own === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'sealpack-test-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    own = folder;
  }
  return own;
}

/** A new empty folder for one test; removed when the process ends. */
export function temporaryFolder(name = 'case'): string {
  return mkdtempSync(join(ownFolder(), `${name}-`));
}

const made = new Map<string, Promise<string>>();

/**
 * The path of a file that is made once a run. `make` writes to the path it is given, which has the same extension.
 * Two processes may make it at the same time: the first to finish has made it, and it never changes again.
 */
export function madeOnce(name: string, make: (path: string) => Promise<void>): Promise<string> {
  let path = made.get(name);
  if (path === undefined) {
    path = makeInto(SHARED ?? join(ownFolder(), 'made'), name, make);
    made.set(name, path);
  }
  return path;
}

async function makeInto(
  folder: string,
  name: string,
  make: (path: string) => Promise<void>,
): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  if (existsSync(path)) return path;
  const draft = join(folder, `${process.pid}-${name}`);
  await make(draft);
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
  return path;
}
