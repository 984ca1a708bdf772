import { constants } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fail } from '../../base/errors.ts';
import { inTurns } from '../../base/in-turns.ts';
import { outputError, requireDiskSpace } from '../disk.ts';
import { SYNCED } from '../disk-file.ts';
import { makeFolder } from '../make-folder.ts';
import type { FoundRun, StagedFile, StagedOutput } from '../store.ts';
import { Claims } from './claims.ts';
import { refuseForeignFolders } from './foreign-folder.ts';
import { Journal, NEW } from './journal.ts';
import { refuseOwnInput } from './own-input.ts';
import { ALIVE, HIDDEN, newRunId, runFolderName } from './run-folder.ts';
import { settleDeadRuns, whatStays } from './settle.ts';
import { localSurroundings, type Surroundings } from './surroundings.ts';
import { syncTree } from './sync.ts';

type WantedFile = Pick<StagedFile, 'path' | 'bytes' | 'isReceipt' | 'receipt'>;

export interface StagingOptions {
  /** Replace what has one of the names: a folder whole, as long as it is a package. */
  readonly overwrite: boolean;
  /** Files that the run reads, which must not go with what is replaced. */
  readonly inputs: readonly string[];
  /** Told what did not hinder the run, and that somebody should know. */
  warn(message: string): void;
  /** Told of other runs in the output folder. */
  tell?(found: FoundRun): void;
}

/**
 * A hidden folder inside the output folder, where a run writes. `commit` moves the finished names into place;
 * until then nothing is visible, and after `discard` nothing is left.
 */
export class Staging implements StagedOutput<string> {
  /** Absolute path of the folder to write into. */
  readonly folder: string;
  readonly #output: string;
  readonly #options: StagingOptions;
  readonly #surroundings: Surroundings;
  readonly #id: string;
  readonly #claims: Claims;
  readonly #journal: Journal;
  #stopHeart: () => Promise<void> = async () => {};
  /** A commit that can be neither finished nor undone: what is in the folder must stay. */
  #isStuck = false;

  private constructor(output: string, options: StagingOptions, surroundings: Surroundings) {
    this.#output = output;
    this.#options = options;
    this.#surroundings = surroundings;
    this.#id = newRunId(surroundings);
    this.#claims = new Claims(output, this.#id, surroundings);
    this.#journal = new Journal(this.#hidden, output, surroundings.disk);
    this.folder = join(this.#hidden, NEW);
  }

  get place(): string {
    return this.folder;
  }

  requireRoom(bytes: number): Promise<void> {
    return requireDiskSpace(this.#output, bytes);
  }

  get #hidden(): string {
    return join(this.#output, runFolderName(this.#id));
  }

  /**
   * Settles what earlier runs have left in `output`, whatever they wrote, and claims the names.
   * @param names What the run will write, directly in `output`.
   * @throws PackagerError when one of them exists (and `overwrite` is off), is being written by another run, or is an input;
   * or when the folder cannot be written.
   */
  static async open(
    output: string,
    names: readonly string[],
    options: StagingOptions,
    surroundings = localSurroundings(),
  ): Promise<Staging> {
    await refuseOwnInput(output, names, options.inputs);
    // Where a dead run has left something, the names are what they should be only when that is settled.
    if (!options.overwrite && !(await hasHidden(output, surroundings))) {
      await refuseExisting(output, names, surroundings);
    }
    let staging: Staging | undefined;
    try {
      await makeOutput(output, surroundings);
      await surroundings.disk.access(output, constants.W_OK | constants.X_OK);
      staging = new Staging(output, options, surroundings);
      await staging.#begin(names);
      return staging;
    } catch (cause) {
      await staging?.discard().catch(() => {}); // what went wrong first is what to tell
      throw outputError(output, cause);
    }
  }

  async #begin(names: readonly string[]): Promise<void> {
    const { disk, running, beat } = this.#surroundings;
    running.add(this.#id);
    await disk.mkdir(this.#hidden).catch(async (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ENOENT') throw cause;
      // Another title that had made the folder has failed in this moment, and has removed it.
      await makeOutput(this.#output, this.#surroundings);
      await disk.mkdir(this.#hidden);
    });
    const heart = join(this.#hidden, ALIVE);
    const file = await disk.open(heart, 'wx');
    await file.writeFile(this.#id).finally(() => file.close());
    this.#stopHeart = beat(heart);
    await disk.mkdir(this.folder);
    await this.#settle();
    await this.#claim(names);
  }

  /** Make everything visible, or nothing. @param files all that must be there, with the sizes that they must have */
  async commit(files: readonly WantedFile[]): Promise<void> {
    try {
      await this.#publish(files);
    } catch (cause) {
      if (!(await exists(this.#hidden, this.#surroundings))) throw fail.outputLost(this.#output);
      throw outputError(this.#output, cause);
    }
    // What somebody has been given is not ours to remove any more, whatever becomes of it.
    for (const folder of foldersUpFrom(this.#output)) this.#surroundings.made.delete(folder);
    try {
      await this.#remove();
    } catch (cause) {
      this.#options.warn(
        `Not all that was replaced could be removed; the next run in ${this.#output} tries again: ${whatStays(cause)}`,
      );
    }
  }

  async #publish(files: readonly WantedFile[]): Promise<void> {
    const { disk } = this.#surroundings;
    await this.#check(files);
    const receipts = files.filter(({ isReceipt }) => isReceipt).map(({ path }) => path);
    const found = await disk.readdir(this.folder);
    const outputs = found.filter((name) => !receipts.includes(name));
    await this.#claim(outputs);
    await this.#take(receipts);
    const names = [...outputs, ...receipts];
    const synced = files
      .filter(({ receipt }) => receipt === SYNCED)
      .map(({ path }) => join(this.folder, path));
    await syncTree(this.folder, new Set(synced), disk);
    await this.#claims.check();
    const { overwrite } = this.#options;
    if (overwrite) await refuseForeignFolders(this.#output, this.folder, outputs, disk);
    const intent = { names, overwrite, ...(receipts.length > 0 && { replaced: receipts }) };
    await this.#journal.begin(intent);
    try {
      await this.#journal.finish(intent);
    } catch (cause) {
      if (!(await exists(this.#hidden, this.#surroundings))) throw cause; // it is another run's to finish
      await this.#journal.undo(intent).catch((second: Error) => {
        this.#isStuck = true;
        throw fail.notPutBack(this.#hidden, second.message, cause);
      });
      throw cause;
    }
  }

  /** Remove all that was written, and the output folder if this process made it and it is empty. */
  async discard(): Promise<void> {
    if (this.#isStuck) return this.#end();
    await this.#remove();
    const { disk, made } = this.#surroundings;
    for (const folder of foldersUpFrom(this.#output)) {
      if (!made.has(folder)) return;
      const gone = await disk.rmdir(folder).then(
        () => true,
        () => false, // somebody else has put something there meanwhile, or another title of this process
      );
      if (!gone) return;
      made.delete(folder);
    }
  }

  #settle(): Promise<void> {
    return settleDeadRuns(this.#output, this.#id, this.#surroundings, this.#options);
  }

  async #claim(names: readonly string[]): Promise<void> {
    await this.#take(names);
    if (!this.#options.overwrite) await refuseExisting(this.#output, names, this.#surroundings);
  }

  async #take(names: readonly string[]): Promise<void> {
    for (const name of names) await this.#claims.take(name, () => this.#settle());
  }

  /** Is every file there, with its size? Also when the folder was taken away under an open file. */
  async #check(files: readonly WantedFile[]): Promise<void> {
    const { disk } = this.#surroundings;
    if (!(await exists(this.folder, this.#surroundings))) throw fail.outputLost(this.#output);
    await inTurns(files, async ({ path, bytes }) => {
      const found = await disk.lstat(join(this.folder, path)).catch(() => undefined);
      const target = join(this.#output, path);
      if (!found?.isFile()) throw fail.outputIncomplete(target, bytes, 'it is not there');
      if (found.size !== bytes) throw fail.outputIncomplete(target, bytes, `it has ${found.size}`);
    });
  }

  /** Claims first: what comes now takes time, and is in nobody's way. */
  async #remove(): Promise<void> {
    try {
      await this.#journal.end();
      await Claims.release(this.#output, this.#id, this.#surroundings);
      await this.#surroundings.disk.rm(this.#hidden, { recursive: true, force: true, maxRetries: 3 });
    } finally {
      await this.#end();
    }
  }

  async #end(): Promise<void> {
    this.#surroundings.running.delete(this.#id);
    await this.#stopHeart();
  }
}

/**
 * Settle what dead runs have left in an output folder, without writing anything there. What cannot be settled stays, and the
 * next run that writes there says why.
 */
export async function settleOutput(output: string, surroundings = localSurroundings()): Promise<void> {
  // Whoever may not write there may still look at what there is.
  await cleanOutput(output, () => {}, surroundings).catch(() => {});
}

/** As `settleOutput`. @param tell hears of each run that is found @throws PackagerError OUTPUT_NOT_WRITABLE */
export async function cleanOutput(
  output: string,
  tell: (found: FoundRun) => void,
  surroundings = localSurroundings(),
): Promise<void> {
  if (!(await hasHidden(output, surroundings))) return;
  const options = { overwrite: false, inputs: [], warn: () => {}, tell };
  const staging = await Staging.open(output, [], options, surroundings);
  await staging.discard();
}

/** Make the output folder and those above it that are missing, and remember which these are. */
async function makeOutput(output: string, { made }: Surroundings): Promise<void> {
  const top = await makeFolder(output);
  if (top === undefined) return;
  for (const folder of foldersUpFrom(output)) {
    made.add(folder);
    if (folder === top) return;
  }
}

function* foldersUpFrom(path: string): Generator<string> {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    yield folder;
    if (folder === dirname(folder)) return;
  }
}

async function refuseExisting(output: string, names: readonly string[], surroundings: Surroundings) {
  for (const name of names) {
    if (await exists(join(output, name), surroundings)) throw fail.outputExists(join(output, name));
  }
}

const exists = (path: string, { disk }: Surroundings): Promise<boolean> =>
  disk.lstat(path).then(
    () => true,
    () => false,
  );

async function hasHidden(output: string, { disk }: Surroundings): Promise<boolean> {
  const names = await disk.readdir(output).catch(() => []);
  return names.some((name) => name.startsWith(HIDDEN));
}
