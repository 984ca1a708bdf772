import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { inTurns } from '../base/in-turns.ts';
import { minOf } from '../base/largest.ts';
import { replaceFile } from './atomic-file.ts';
import { fileError, outputError } from './disk.ts';
import { fileTree } from './file-tree.ts';
import { schemeOf } from './reference.ts';
import { cleanOutput, Staging, settleOutput } from './staging/staging.ts';
import type { Store } from './store.ts';
import { SyncQueue } from './sync-queue.ts';

/** Of this thread, for all titles. */
const queue = new SyncQueue();

/** Folders of this machine. */
export const localStore: Store<string> = {
  name: 'the local disk',
  readsBack: true,
  accepts: (location) => schemeOf(location) === undefined,
  begin(location, names, { overwrite, inputs, warn }) {
    const files = inputs.filter((input) => schemeOf(input) === undefined);
    return Staging.open(location, names, { overwrite, inputs: files, warn });
  },
  tree: (place, folder) => fileTree(place, folder, queue),
  put: (location, path, text) => replaceOutput(resolve(location, path), text),
  async writtenAt(location, names) {
    await settleOutput(location);
    const times = await Promise.all(names.map((name) => timeOf(join(location, name))));
    return times.every((time) => time !== undefined) ? minOf(times) : undefined;
  },
  clean: (location, { tell }) => cleanOutput(location, tell),
  async read(location, path) {
    await settleOutput(location);
    return readFile(join(location, path), 'utf8').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
      throw outputError(join(location, path), cause);
    });
  },
  sizesOf: (location, paths) => inTurns(paths, (path) => sizeOf(join(location, path))),
};

/** Write a file beside outputs, whole or not at all. @throws PackagerError, as `fileError` answers */
export async function replaceOutput(path: string, text: string): Promise<void> {
  try {
    await replaceFile(path, text);
  } catch (cause) {
    throw fileError(path, cause);
  }
}

const sizeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    (found) => (found.isFile() ? found.size : undefined),
    () => undefined,
  );

const timeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
