import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { WorkerPool } from '../../../core/engine/worker-pool.ts';
import { plugins } from '../../../plugins/index.ts';
import type { Workshop } from '../../../plugins/queue-bullmq/package-row.ts';
import { presets } from '../../../presets/index.ts';
import { TEST_KEY } from '../titles/package.ts';

/** A folder with `film.mp4` in it, and what a worker of a queue has there for every title. @param more of its config */
export async function workshopIn(folder: string, more: object = {}): Promise<Workshop> {
  await copyFile(join(import.meta.dirname, '../../media/sample-180p.mp4'), join(folder, 'film.mp4'));
  const key = Buffer.from(TEST_KEY.key + TEST_KEY.iv, 'hex').toString('base64');
  const preset = ['manual', { key, keyId: TEST_KEY.keyId }];
  const entry = pathToFileURL(join(folder, 'bin.js')).href;
  const pool = new WorkerPool({ entry, threads: 0 });
  return {
    template: {
      config: { preset, modes: ['dash-cenc'], workers: 0, ...more } as never,
      path: join(folder, 'worker.config.json'),
      base: folder,
      overrides: {},
      cwd: folder,
      scripts: new Map(),
    },
    parts: { builtins: { plugins, presets }, modules: {}, entry },
    shell: { cwd: folder, now: () => 0 },
    pool: () => pool,
    contentId: undefined,
  };
}
