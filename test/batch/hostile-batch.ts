import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const MEDIA = join(import.meta.dirname, '../media');

/** What a title may find in the place of its media; each of them must fail, and nothing else with it. */
const HOSTILE: readonly ((path: string, media: Buffer) => Promise<unknown>)[] = [
  (path) => writeFile(path, ''),
  (path) => writeFile(path, 'this is no medium'),
  async () => undefined, // nothing is there
  (path) => mkdir(path),
  (path, media) => writeFile(path, media.subarray(0, 1000)),
  (path, media) => writeFile(path, media.subarray(0, media.length / 2)),
  (path, media) => writeFile(path, Buffer.alloc(media.length, 0x5a)),
];

export interface HostileBatch {
  /** Content ids of the titles that must be written. */
  readonly good: readonly string[];
  readonly bad: readonly string[];
}

/**
 * A folder with a manifest of small titles, some of them hostile, and a template for them.
 * @param every so many titles one is hostile
 */
export async function hostileBatch(folder: string, titles: number, every: number): Promise<HostileBatch> {
  const sample = join(MEDIA, 'sample-180p.mp4');
  const media = await readFile(sample);
  const good: string[] = [];
  const bad: string[] = [];
  for (let number = 1; number <= titles; number++) {
    const path = join(folder, `in-${number}.mp4`);
    const isHostile = number % every === every - 1;
    (isHostile ? bad : good).push(`film-${number}`);
    if (isHostile) await HOSTILE[bad.length % HOSTILE.length]!(path, media);
    else await copyFile(sample, path);
  }
  const rows = Array.from({ length: titles }, (_, index) => `film-${index + 1},in-${index + 1}.mp4`);
  await writeFile(join(folder, 'titles.csv'), `contentId,inputs\r\n${rows.join('\r\n')}\r\n`);
  const template = { preset: 'local', modes: ['dash-cenc'], output: 'out/{contentId}', workers: 0 };
  await writeFile(join(folder, 'packager.config.json'), JSON.stringify(template));
  return { good, bad };
}
