import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fail } from '../../base/errors.ts';

/**
 * Refuse to replace what an input is, or lies in. Compared is what the names stand for: links and mounts have many.
 * @throws PackagerError OUTPUT_IS_INPUT
 */
export async function refuseOwnInput(
  output: string,
  names: readonly string[],
  inputs: readonly string[],
): Promise<void> {
  const replaced = new Map<string, string>();
  for (const name of names) {
    const inode = await inodeOf(join(output, name));
    if (inode) replaced.set(inode, join(output, name));
  }
  if (replaced.size === 0) return;
  for (const input of inputs) {
    for (const path of await waysTo(input)) {
      const target = replaced.get((await inodeOf(path)) ?? '');
      if (target) throw fail.outputIsInput(target, input);
    }
  }
}

/** Device and inode, through links. */
async function inodeOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined; // what is not there, or cannot be looked at, cannot be replaced either
  }
}

/** The input and all folders above it: those of the file itself, and those of the link by which it is named. */
async function waysTo(input: string): Promise<Set<string>> {
  const ways = new Set<string>();
  for (const named of [join(await realOf(dirname(input)), basename(input)), await realOf(input)]) {
    for (let path = named; !ways.has(path); path = dirname(path)) ways.add(path);
  }
  return ways;
}

const realOf = (path: string): Promise<string> => realpath(path).catch(() => path);
