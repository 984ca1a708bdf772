import { basename, join } from 'node:path';
import { fail } from '../../base/errors.ts';
import { readPlain } from './read-plain.ts';
import type { Disk } from './surroundings.ts';
import { syncFolder } from './sync.ts';

/** In a hidden folder: what becomes visible. */
export const NEW = 'new';
/** What it replaces waits here until all of it is in place. */
export const OLD = 'old';
export const JOURNAL = 'journal';

/** What a commit is about to do. */
interface Intent {
  readonly names: readonly string[];
  readonly overwrite: boolean;
  /** Of the names: those that replace what is there, whatever `overwrite` says. */
  readonly replaced?: readonly string[];
}

/**
 * The publication of a run: its intent is on the disk before the first name moves, and from the names alone it can be told
 * how far it has come. So whoever finds a run that died in the middle can bring it to either end.
 *
 * Linux can exchange two names in one step, but Node has no such call, and a symbolic link that points to the newest output
 * would not be copied or served by much of what takes outputs further: a name is free for the time of one rename.
 */
export class Journal {
  readonly #folder: string;
  readonly #output: string;
  readonly #disk: Disk;

  /** @param folder the hidden folder in `output` */
  constructor(folder: string, output: string, disk: Disk) {
    this.#folder = folder;
    this.#output = output;
    this.#disk = disk;
  }

  /** Everything in `new` must be synced. From here on a run that dies is finished by the next. */
  async begin(intent: Intent): Promise<void> {
    const draft = join(this.#folder, `${JOURNAL}.draft`);
    const file = await this.#disk.open(draft, 'wx');
    try {
      await file.writeFile(JSON.stringify(intent));
      await file.sync();
    } finally {
      await file.close();
    }
    await this.#disk.mkdir(join(this.#folder, OLD));
    await this.#disk.rename(draft, join(this.#folder, JOURNAL));
    await syncFolder(this.#folder, this.#disk);
    await syncFolder(this.#output, this.#disk);
  }

  /** What was begun; `undefined` when nothing was. */
  async intent(): Promise<Intent | undefined> {
    try {
      const intent = JSON.parse(await readPlain(join(this.#folder, JOURNAL), this.#disk)) as Intent;
      // Whoever may write to the output folder can write a journal: it moves nothing but what is in the two folders.
      if (intent.names.every((name) => name !== '..' && name === basename(name))) return intent;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      if (!(cause instanceof SyntaxError || cause instanceof TypeError)) throw cause;
    }
    throw new Error(`${join(this.#folder, JOURNAL)} is damaged`);
  }

  /**
   * Move the old names away and the new ones into place, from wherever it stands.
   * @throws PackagerError OUTPUT_EXISTS when a name is taken by what this run was not to replace
   */
  async finish({ names, overwrite, replaced = [] }: Intent): Promise<void> {
    for (const name of names) {
      const { fresh, old, target } = this.#places(name);
      if (!(await this.#exists(fresh))) continue; // it is in place
      if (await this.#exists(target)) {
        const mayReplace = overwrite || replaced.includes(name);
        if (!mayReplace || (await this.#exists(old))) throw fail.outputExists(target);
        await this.#move(target, old);
      }
      await this.#move(fresh, target);
    }
    await this.#syncAll();
  }

  /** Everything as it was before, from wherever it stands. */
  async undo({ names }: Intent): Promise<void> {
    for (const name of [...names].reverse()) {
      const { fresh, old, target } = this.#places(name);
      const isMoved = !(await this.#exists(fresh));
      if (isMoved && (await this.#exists(target))) await this.#move(target, fresh);
      if (!(await this.#exists(old))) continue;
      if (await this.#exists(target)) throw fail.outputExists(target);
      await this.#move(old, target);
    }
    await this.#syncAll();
    await this.end();
  }

  /** Nothing is to be done any more: from here on the folder may be removed, in whatever order. */
  async end(): Promise<void> {
    try {
      await this.#disk.unlink(join(this.#folder, JOURNAL));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw cause;
    }
    await syncFolder(this.#folder, this.#disk);
  }

  #places(name: string) {
    return {
      fresh: join(this.#folder, NEW, name),
      old: join(this.#folder, OLD, name),
      target: join(this.#output, name),
    };
  }

  async #exists(path: string): Promise<boolean> {
    try {
      await this.#disk.lstat(path);
      return true;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw cause;
    }
  }

  async #move(from: string, to: string): Promise<void> {
    try {
      await this.#disk.rename(from, to);
    } catch (cause) {
      throw fail.cannotMove(from, to, (cause as Error).message, cause);
    }
  }

  /** A name is never in none of the folders: it is synced where it goes to before the place it came from. */
  async #syncAll(): Promise<void> {
    await syncFolder(this.#output, this.#disk);
    for (const name of [NEW, OLD]) await syncFolder(join(this.#folder, name), this.#disk);
  }
}
