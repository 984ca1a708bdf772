import * as files from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessState } from '../../../core/io/processes.ts';
import type { Disk, Surroundings } from '../../../core/io/staging/surroundings.ts';

/** What every call throws once a process is dead. */
export class Killed extends Error {}

/**
 * A process that stages outputs, on the real disk. All that it asks of the disk are steps, one after the other; a test may
 * kill it before any of them, or let something happen in between.
 */
export class StagingProcess {
  readonly mark: string;
  readonly surroundings: Surroundings;
  steps = 0;
  isDead = false;
  readonly #before: (step: number) => void | Promise<void>;

  /**
   * @param number tells processes apart
   * @param see what this process knows of others
   * @param before called with the number of the step that comes, from 0
   */
  constructor(
    number: number,
    see: (mark: string) => ProcessState,
    before: (step: number) => void | Promise<void> = () => {},
    time: Partial<Pick<Surroundings, 'now' | 'sleep'>> = {},
  ) {
    this.mark = `0123456789ab-${number}-1`;
    this.#before = before;
    this.surroundings = {
      disk: this.#disk(),
      processes: { own: this.mark, stateOf: see },
      running: new Set(),
      made: new Set(),
      now: Date.now,
      sleep: async () => {},
      beat: () => async () => {},
      ...time,
    };
  }

  /** Dies with the step that comes next. */
  die(): void {
    this.isDead = true;
  }

  async #step(): Promise<void> {
    if (!this.isDead) await this.#before(this.steps++);
    if (this.isDead) throw new Killed();
  }

  #disk(): Disk {
    const { access, link, lstat, mkdir, open, readdir, readFile, rename, rmdir, unlink } = files;
    const plain = { access, link, lstat, mkdir, open, readdir, readFile, rename, rmdir, unlink };
    const stepped = Object.fromEntries(
      Object.entries(plain).map(([name, call]) => [
        name,
        async (...args: never[]) => {
          await this.#step();
          const result = await (call as (...args: never[]) => Promise<unknown>)(...args);
          return name === 'open' ? this.#handle(result as files.FileHandle) : result;
        },
      ]),
    );
    return { ...stepped, rm: (path: string) => this.#remove(path) } as unknown as Disk;
  }

  /** Its calls are steps too; a dead process's files are closed by the system. */
  #handle(handle: files.FileHandle): Partial<files.FileHandle> {
    const stepped = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => {
      return async (...args: A): Promise<R> => {
        await this.#step();
        return call.apply(handle, args);
      };
    };
    return {
      close: () => handle.close(),
      sync: stepped(async () => {}), // a death of the process alone does not ask for it
      datasync: stepped(async () => {}),
      stat: stepped(handle.stat) as files.FileHandle['stat'],
      writeFile: stepped(handle.writeFile) as files.FileHandle['writeFile'],
    };
  }

  /** Name by name, as the system does it. */
  async #remove(path: string): Promise<void> {
    await this.#step();
    const status = await files.lstat(path).catch(() => undefined);
    if (!status) return;
    if (!status.isDirectory()) return files.unlink(path);
    for (const name of await files.readdir(path)) await this.#remove(join(path, name));
    await this.#step();
    await files.rmdir(path);
  }
}
