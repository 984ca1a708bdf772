import { createHash } from 'node:crypto';
import { copyFile, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filesBelow, TEST_KEY } from '../helpers/titles/package.ts';

/** Modes of a title, and the names that they write. */
export const MODES = {
  one: { 'dash-cenc': 'DASH_film_mp4' },
  four: {
    'dash-cenc': 'DASH_film_mp4',
    'hls-aes': 'HLS_film_mp4',
    'hls-ncg': 'HLS-NCG_film_mp4',
    ncg: 'film.mp4.ncg',
  },
} as const;

export type ModeCount = keyof typeof MODES;

/** Of a title: one that is there, the one that takes its place, and another in the same folder. */
export type Version = 'old' | 'new' | 'other';

/** Where a run of the campaign has all that is its own. */
export interface Place {
  readonly folder: string;
  readonly output: string;
}

/** Every byte of an output follows from these, so its files can be compared with those of a run that nobody killed. */
export function configOf(version: Version, count: ModeCount, overwrite: boolean): object {
  const isOther = version === 'other';
  // Whole segments in AES-128 differ in nothing but their key.
  const key = createHash('sha256').update(version).digest();
  return {
    preset: ['manual', { key: key.toString('base64'), keyId: TEST_KEY.keyId }],
    contentId: version,
    inputs: [isOther ? 'other.mp4' : 'film.mp4'],
    output: 'out',
    modes: isOther ? ['ncg'] : Object.keys(MODES[count]),
    overwrite: isOther || overwrite,
    reproducible: { seed: key.toString('hex'), time: '2026-01-02T03:04:05Z' },
    plugins: [
      // The old version has more files, and others.
      ...(version === 'old' ? [['mode-dash-cenc', { layout: 'segments' }]] : []),
      ['report-json', { file: isOther ? 'other.json' : 'film.json' }],
    ],
  };
}

/** A folder with the inputs, and with the old outputs where there are some. */
export async function makePlace(folder: string, film: string, old?: string): Promise<Place> {
  const output = join(folder, 'out');
  await mkdir(folder, { recursive: true });
  for (const name of ['film.mp4', 'other.mp4']) await copyFile(film, join(folder, name));
  if (old) await cp(old, output, { recursive: true });
  return { folder, output };
}

export const writeConfig = (folder: string, config: object): Promise<void> =>
  writeFile(join(folder, 'packager.config.json'), JSON.stringify(config));

/** The files of outputs by their hashes, name by name. */
export type Prints = ReadonlyMap<string, string>;

/** One hash for a file, or for a folder with all names in it. */
export async function printsOf(output: string): Promise<Prints> {
  const prints = new Map<string, string>();
  for (const entry of await readdir(output, { withFileTypes: true })) {
    const path = join(output, entry.name);
    const files = entry.isDirectory() ? await filesBelow(path) : [''];
    const hash = createHash('sha256');
    for (const file of files) hash.update(`${file}\0`).update(await readFile(join(path, file)));
    prints.set(entry.name, hash.digest('hex'));
  }
  return prints;
}

/** What is in the output folder for certain names. */
export type State = 'old' | 'new' | 'absent' | 'partial';

export interface Seen {
  readonly states: readonly State[];
  /** Names that nobody expects: hidden folders, claims, temporary files. */
  readonly strange: readonly string[];
  /** Reports that are not whole. */
  readonly tornReports: readonly string[];
}

/** Names that may be there beside those of the title. */
const BESIDE = ['other.mp4.ncg', 'other.json', 'film.json'];

/** Compare what is visible with the two versions. */
export async function look(
  output: string,
  names: readonly string[],
  old: Prints,
  fresh: Prints,
): Promise<Seen> {
  const listed = await readdir(output).catch(() => []);
  const found = listed.length > 0 ? await printsOf(output) : new Map<string, string>();
  const states = names.map((name): State => {
    const print = found.get(name);
    if (print === undefined) return 'absent';
    if (print === fresh.get(name)) return 'new';
    return print === old.get(name) ? 'old' : 'partial';
  });
  const reports = listed.filter((name) => name.endsWith('.json'));
  const torn = await Promise.all(reports.map(async (name) => !(await isJson(join(output, name)))));
  return {
    states,
    strange: listed.filter((name) => !names.includes(name) && !BESIDE.includes(name)),
    tornReports: reports.filter((_, index) => torn[index]),
  };
}

async function isJson(path: string): Promise<boolean> {
  try {
    JSON.parse(await readFile(path, 'utf8'));
    return true;
  } catch {
    return false;
  }
}
