import { randomBytes } from 'node:crypto';
import { access, constants, lstat, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fail } from '../errors.ts';
import { outputError } from './disk.ts';
import { makeFolder } from './make-folder.ts';

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

/**
 * A hidden folder inside the output folder, where a run writes. `commit` moves the finished names into place;
 * until then nothing is visible, and after `discard` nothing is left.
 */
export class Staging {
  /** Absolute path of the hidden folder. */
  readonly folder: string;
  readonly #output: string;
  readonly #overwrite: boolean;
  /** The topmost folder that was made for this run, if any. */
  readonly #made: string | undefined;

  private constructor(output: string, overwrite: boolean, folder: string, made: string | undefined) {
    this.#output = output;
    this.#overwrite = overwrite;
    this.folder = folder;
    this.#made = made;
  }

  /**
   * @param names What the run will write, directly in `output`.
   * @throws PackagerError when one of them exists (and `overwrite` is off) or the folder cannot be written.
   */
  static async open(output: string, names: readonly string[], overwrite: boolean): Promise<Staging> {
    if (!overwrite) {
      for (const name of names)
        if (await exists(join(output, name))) throw fail.outputExists(join(output, name));
    }
    const folder = join(output, `${OWN_PREFIX}${process.pid}-${randomBytes(6).toString('hex')}`);
    try {
      const made = await makeFolder(output);
      await access(output, constants.W_OK | constants.X_OK);
      await removeRemains(output);
      await mkdir(folder);
      return new Staging(output, overwrite, folder, made);
    } catch (cause) {
      throw outputError(output, cause);
    }
  }

  /** Make everything visible, name by name; if one cannot be moved, those before it are taken back. */
  async commit(): Promise<void> {
    const names = (await readdir(this.folder)).filter((name) => name !== REPLACED);
    await syncFolders(this.folder);
    const undo: (() => Promise<void>)[] = [];
    try {
      for (const name of names) {
        const target = join(this.#output, name);
        if (await exists(target)) {
          if (!this.#overwrite) throw fail.outputExists(target);
          const replaced = join(this.folder, REPLACED, name);
          await mkdir(dirname(replaced), { recursive: true });
          await move(target, replaced);
          undo.push(() => move(replaced, target));
        }
        await move(join(this.folder, name), target);
        undo.push(() => move(target, join(this.folder, name)));
      }
    } catch (cause) {
      for (const back of undo.reverse()) await back();
      throw cause;
    }
    await syncFolder(this.#output);
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Remove the hidden folder, and the output folder if this run made it and it is empty. */
  async discard(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
    if (this.#made === undefined) return;
    let folder = this.#output;
    while (!relative(this.#made, folder).startsWith('..')) {
      const gone = await rmdir(folder).then(
        () => true,
        () => false, // somebody else has put something there meanwhile
      );
      if (!gone) return;
      folder = dirname(folder);
    }
  }
}

/** Hidden folders are named after the machine and the process that made them. */
const OWN_PREFIX = `.sealpack-${hostname().replace(/[^\w.-]/g, '_')}-`;

/** Remove what runs of this machine left here that were killed, or lost their power, before they could do it. */
async function removeRemains(output: string): Promise<void> {
  for (const name of await readdir(output)) {
    const pid = name.startsWith(OWN_PREFIX) ? Number.parseInt(name.slice(OWN_PREFIX.length), 10) : Number.NaN;
    if (pid > 0 && !isRunning(pid)) await rm(join(output, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0); // sends nothing
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Where outputs that are being replaced wait until all new ones are in place. */
const REPLACED = '.replaced';

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (cause) {
    throw fail.cannotMove(from, to, (cause as Error).message, cause);
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A rename survives a power cut only if the names inside are on the disk too. */
async function syncFolders(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await syncFolders(join(folder, entry.name));
  }
  await syncFolder(folder);
}
