import { copyFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import type { DatabaseServer } from '../helpers/servers/database-server.ts';
import { TEST_KEY } from '../helpers/titles/package.ts';
import { command, type WorkerLine, WorkerProcess } from './workers.ts';

/** A title stays at its content id for as long as this file is there. */
const HOLD = 'hold';

/** A worker's config, with a plugin that holds titles. */
const CONFIG = (preset: object) => `import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
const held = {
  name: 'cid-held',
  options: {},
  schema: { type: 'object' },
  apply: ({ hooks }) =>
    hooks.resolveCid.tapPromise('cid-held', async (run) => {
      while (existsSync('${HOLD}') && !run.signal.aborted) await wait(20);
      run.throwIfCancelled();
      return 'held';
    }),
};
export default { preset: ${JSON.stringify(preset)}, modes: ['dash-cenc'], plugins: [held] };
`;

/** A folder with a film, a worker's config, and queues of one server. */
export interface Stage {
  readonly folder: string;
  hold(): Promise<void>;
  goOn(): Promise<void>;
  readonly env: NodeJS.ProcessEnv;
  /** A title in a queue. */
  submit(queue: string, ...more: string[]): Promise<Submitted>;
  jobs(queue: string, ...words: string[]): Promise<string>;
  worker(queue: string, ...more: string[]): Watched;
}

/** A worker whose lines can be waited for. */
export interface Watched {
  readonly process: WorkerProcess;
  /** Those that it has written so far. */
  readonly lines: readonly WorkerLine[];
  line(is: (line: WorkerLine) => boolean): Promise<WorkerLine>;
}

/** What `submit --json` says of a title. */
export interface Submitted {
  readonly id: string;
  readonly outcome: string;
  readonly priority?: number;
}

export async function makeStage(server: DatabaseServer, film: string): Promise<Stage> {
  const folder = temporaryFolder('scenes');
  const env = { ...process.env, SEALPACK_QUEUE_URL: server.url, NO_COLOR: '1' };
  const key = Buffer.from(TEST_KEY.key + TEST_KEY.iv, 'hex').toString('base64');
  const preset = ['manual', { key, keyId: TEST_KEY.keyId }];
  await writeFile(join(folder, 'worker.config.mjs'), CONFIG(preset));
  await copyFile(film, join(folder, 'film.mp4'));
  await command(['jobs', 'migrate'], env, folder);
  return {
    folder,
    hold: () => writeFile(join(folder, HOLD), ''),
    goOn: () => rm(join(folder, HOLD)),
    env,
    submit: async (queue, ...more) => {
      const output = more.includes('--output') ? [] : ['--output', queue];
      const args = ['film.mp4', ...output, '--queue', queue, '--json', ...more];
      return JSON.parse(await command(['submit', ...args], env, folder)) as Submitted;
    },
    jobs: (queue, word, ...words) => command(['jobs', word!, ...words, '--queue', queue], env, folder),
    worker: (queue, ...more) =>
      watched(['--config', 'worker.config.mjs', '--json', '--queue', queue, ...more], env, folder),
  };
}

function watched(args: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Watched {
  const lines: WorkerLine[] = [];
  let said = '';
  let wake = (): void => {};
  const process = new WorkerProcess(
    args,
    env,
    cwd,
    (line) => {
      lines.push(line);
      wake();
    },
    (text) => {
      said += `${text}\n`;
    },
  );
  return {
    process,
    lines,
    line: async (is) => {
      const gone = process.ended.then(() => true);
      for (;;) {
        const found = lines.find(is);
        if (found) return found;
        const heard = new Promise<false>((resolve) => {
          wake = () => resolve(false);
        });
        if ((await Promise.race([heard, gone])) && !lines.some(is))
          throw new Error(`the worker ended: ${said}`);
      }
    },
  };
}
