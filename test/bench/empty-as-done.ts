import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const LOOK_MILLISECONDS = 250;
/** So long after its manifest is there nobody looks at a title any more. */
const SETTLED_MILLISECONDS = 2000;

/**
 * Remove titles some time after their manifest has appeared, until told to stop: hundreds of them need not fit on the disk together.
 * @param folder of the outputs, one below it for each title; it may not be there yet
 * @param manifest what is written last in the folder of a mode
 * @returns stops it
 */
export function emptyAsDone(folder: string, manifest: string): () => Promise<void> {
  const gone = new Set<string>();
  let isStopped = false;
  const look = async (): Promise<void> => {
    for (const title of await names(folder)) {
      if (gone.has(title) || !(await isSettled(join(folder, title), manifest))) continue;
      gone.add(title);
      await rm(join(folder, title), { recursive: true, force: true });
    }
  };
  const looking = (async () => {
    while (!isStopped) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
    }
  })();
  return () => {
    isStopped = true;
    return looking;
  };
}

async function isSettled(title: string, manifest: string): Promise<boolean> {
  for (const mode of await names(title)) {
    const found = await stat(join(title, mode, manifest)).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > SETTLED_MILLISECONDS) return true;
  }
  return false;
}

/** In a folder; none when there is no folder. */
const names = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
