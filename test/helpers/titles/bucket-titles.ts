import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Plugin, WorkerPool } from '../../../core/index.ts';
import type { WorkerOrigin } from '../../../core/kit.ts';
import { storeS3 } from '../../../plugins/index.ts';
import { acmeSource } from '../../plugins/source-acme.ts';
import { acmeStore } from '../../plugins/store-acme.ts';
import { modeNamed } from './modes.ts';
import { filesBelow, testPlugins } from './package.ts';

/** Modes that between them write one file and many, in fMP4, TS and whole files, and manifests of both kinds. */
export const BUCKET_MODES = ['dash-cenc', 'hls-aes-ts', 'hls-ncg', 'ncg'] as const;

/** Plugins of a title from buckets. @param modes by their names */
export const bucketPlugins = (modes: readonly string[]): Plugin[] => [
  ...testPlugins(),
  acmeSource(),
  acmeStore(),
  storeS3(),
  ...modes.map((name) => modeNamed(name).plugin()),
];

/** Threads that make the same plugins. */
export const bucketOrigin = (modes: readonly string[]): WorkerOrigin => ({
  entry: new URL('./bucket-worker.mjs', import.meta.url).href,
  data: modes,
});

/** Two such threads, for titles one after the other: one that is loaded takes seconds. Whoever starts them closes them. */
export const bucketPool = (modes: readonly string[]): WorkerPool =>
  new WorkerPool({ entry: bucketOrigin(modes).entry, threads: 2 });

/** Every file below a folder, with its hash. */
export async function digestsBelow(folder: string): Promise<readonly string[]> {
  const files = await filesBelow(folder);
  const digest = async (name: string) =>
    createHash('sha256')
      .update(await readFile(join(folder, name)))
      .digest('hex');
  return Promise.all(files.map(async (name) => `${name} ${await digest(name)}`));
}
