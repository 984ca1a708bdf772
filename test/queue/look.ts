import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { filesBelow, TEST_KEY } from '../helpers/titles/package.ts';

/** All that is below a folder, by path. */
export async function filesIn(folder: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const file of await filesBelow(folder)) files.set(file, await readFile(join(folder, file)));
  return files;
}

/** A hash over all names and bytes below a folder. */
export const printOf = async (folder: string): Promise<string> => printOfFiles(await filesIn(folder));

/** The same of files in memory. */
export function printOfFiles(files: ReadonlyMap<string, Uint8Array>): string {
  const hash = createHash('sha256');
  for (const file of [...files.keys()].sort()) hash.update(`${file}\0`).update(files.get(file)!);
  return hash.digest('hex');
}

/** Which file or folder a name is: another one after it was written again. */
export const inodeOf = async (path: string): Promise<number> => (await stat(path)).ino;

/** Names below an output folder that nobody expects: staging, claims, temporary files, halves. */
export async function strangers(output: string, expected: readonly string[]): Promise<string[]> {
  const names = await readdir(output).catch(() => []);
  return names.filter((name) => !expected.includes(name));
}

/** The test key and its IV in the spellings that a leak would have. */
const SPELLINGS: readonly Buffer[] = [TEST_KEY.key, TEST_KEY.iv].flatMap((hex) => {
  const bytes = Buffer.from(hex, 'hex');
  const texts = [
    hex,
    hex.toUpperCase(),
    bytes.toString('base64').slice(0, 20),
    bytes.toString('base64url').slice(0, 20),
  ];
  return [bytes, ...texts.map((text) => Buffer.from(text))];
});
const TOGETHER = Buffer.from(
  Buffer.from(TEST_KEY.key + TEST_KEY.iv, 'hex')
    .toString('base64')
    .slice(22, 40),
);

/** Whether bytes hold a key. */
export const holdsKey = (bytes: Buffer): boolean =>
  [...SPELLINGS, TOGETHER].some((spelling) => bytes.includes(spelling));
