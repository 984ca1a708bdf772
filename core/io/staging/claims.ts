import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fail } from '../../base/errors.ts';
import { SILENCE_MS } from './heartbeat.ts';
import { readPlain } from './read-plain.ts';
import { ALIVE, HIDDEN, isDead, runFolderName, runFolders } from './run-folder.ts';
import type { Surroundings } from './surroundings.ts';

const PREFIX = `${HIDDEN}claim-`;

/** Other names than these can be as long as a name may be. */
const claimName = (name: string): string =>
  PREFIX + createHash('sha256').update(name).digest('hex').slice(0, 32);

/** Between two looks at a claim that is about to be settled. */
const LOOK_AGAIN_MS = 100;

type Holder = 'ourselves' | 'a live run' | 'a dead run' | 'a dead run that is being settled' | 'nobody';

/**
 * The names in an output folder that a run will publish: a file for each, made exclusively, which holds the run's id. So of
 * two runs with one target the second ends at once, and those with different targets do not meet.
 */
export class Claims {
  readonly #output: string;
  readonly #id: string;
  readonly #surroundings: Surroundings;
  readonly #names = new Set<string>();

  constructor(output: string, id: string, surroundings: Surroundings) {
    this.#output = output;
    this.#id = id;
    this.#surroundings = surroundings;
  }

  /**
   * @param settle Settles what dead runs have left in the output folder, and lets go of their claims.
   * @throws PackagerError OUTPUT_BUSY when another run has claimed the name
   */
  async take(name: string, settle: () => Promise<void>): Promise<void> {
    if (this.#names.has(name)) return;
    const { sleep } = this.#surroundings;
    const path = join(this.#output, claimName(name));
    for (let settled = false; !(await this.#make(path)); ) {
      const holder = await this.#holder(path);
      if (holder === 'ourselves') break; // NFS may repeat a call that has succeeded
      if (holder === 'a dead run that is being settled') await sleep(LOOK_AGAIN_MS);
      // Moved into our own folder, which goes with us. If somebody else has done the same in this moment, and it is his new
      // claim that we take, he notices before he publishes.
      else if (holder === 'nobody') await this.#moveAway(path);
      else if (holder === 'a live run' || settled) throw fail.outputBusy(join(this.#output, name));
      else {
        settled = true;
        await settle();
      }
    }
    this.#names.add(name);
  }

  /** @throws PackagerError OUTPUT_LOST when one of them is not ours any more */
  async check(): Promise<void> {
    for (const name of this.#names) {
      const path = join(this.#output, claimName(name));
      if ((await this.#read(path)) !== this.#id) throw fail.outputLost(this.#output);
    }
  }

  /** Let go of all that a run has claimed in an output folder. */
  static async release(output: string, id: string, { disk }: Surroundings): Promise<void> {
    const names = await disk.readdir(output).catch(() => []); // an output folder that is gone has no claims
    for (const name of names.filter((candidate) => candidate.startsWith(PREFIX))) {
      const path = join(output, name);
      try {
        if ((await readPlain(path, disk)) === id) await disk.unlink(path);
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
      }
    }
  }

  /** @returns False when the name is claimed already. */
  async #make(path: string): Promise<boolean> {
    const { disk } = this.#surroundings;
    try {
      // A link has its content from the first moment.
      await disk.link(join(this.#output, runFolderName(this.#id), ALIVE), path);
      return true;
    } catch (cause) {
      const { code = '' } = cause as NodeJS.ErrnoException;
      if (code === 'EEXIST') return false;
      if (!NO_LINKS.has(code)) throw cause;
    }
    try {
      const file = await disk.open(path, 'wx');
      await file.writeFile(this.#id).finally(() => file.close());
      return true;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw cause;
    }
  }

  async #holder(path: string): Promise<Holder> {
    const { disk, now } = this.#surroundings;
    const id = await this.#read(path);
    if (id === undefined) return 'nobody';
    if (id === this.#id) return 'ourselves';
    if (id === '') {
      // Its run has not written its id yet, or died before it could.
      const { mtimeMs } = await disk.lstat(path);
      return now() - mtimeMs > SILENCE_MS ? 'nobody' : 'a live run';
    }
    const folders = await runFolders(this.#output, this.#surroundings);
    const folder = folders.find(({ maker }) => maker === id);
    if (!folder) return 'nobody';
    const dead = await isDead(this.#output, folder.owner, this.#surroundings);
    if (dead) return 'a dead run';
    return folder.owner === folder.maker ? 'a live run' : 'a dead run that is being settled';
  }

  async #moveAway(path: string): Promise<void> {
    const { disk } = this.#surroundings;
    try {
      await disk.rename(path, join(this.#output, runFolderName(this.#id), 'claim'));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    }
  }

  async #read(path: string): Promise<string | undefined> {
    try {
      return await readPlain(path, this.#surroundings.disk);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw cause;
    }
  }
}

/** What file systems without hard links answer. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL']);
