import { copyFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import type { DatabaseServer } from '../helpers/servers/database-server.ts';
import { filesBelow, TEST_KEY } from '../helpers/titles/package.ts';
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

interface Stage {
  readonly folder: string;
  hold(): Promise<void>;
  goOn(): Promise<void>;
  /** A title of its own in a queue of its own; answers its id. */
  submit(queue: string): Promise<string>;
  jobs(queue: string, ...words: string[]): Promise<string>;
  worker(queue: string, ...more: string[]): Watched;
}

/** A worker whose lines can be waited for. */
interface Watched {
  readonly process: WorkerProcess;
  line(is: (line: WorkerLine) => boolean): Promise<WorkerLine>;
}

/**
 * What becomes of a title whose worker is asked to end, is frozen, or is told that nobody wants it any more; and of workers whose
 * server is gone.
 * @param start starts another server of the same kind
 * @returns what is not as it should be, a sentence each
 */
export async function scenes(
  server: DatabaseServer,
  film: string,
  start: () => Promise<DatabaseServer>,
): Promise<string[]> {
  const faults: string[] = [];
  const check = (isRight: boolean, what: string): void => {
    if (!isRight) faults.push(what);
  };
  const stage = await makeStage(server, film);
  const { folder, hold, goOn, submit, jobs, worker } = stage;
  const begun = ({ type }: WorkerLine) => type === 'begin';
  const ended = ({ type }: WorkerLine) => type === 'title';

  await hold();
  await submit('drain');
  const drained = worker('drain', '--drain', '0');
  await drained.line(begun);
  drained.process.child.kill('SIGTERM');
  check((await drained.line(ended)).outcome === 'handed-back', 'a title at work was not handed back');
  check((await drained.process.ended) === 0, 'a worker that drained did not end with 0');
  check((await jobs('drain', 'list')).includes('waiting'), 'a title that was handed back does not wait');
  check((await filesBelow(join(folder, 'drain'))).length === 0, 'a title that was handed back left files');

  const id = await submit('cancel');
  const cancelled = worker('cancel', '--until-empty');
  await cancelled.line(begun);
  await jobs('cancel', 'cancel', id);
  check((await cancelled.line(ended)).outcome === 'cancelled', 'a cancelled title went on');
  await cancelled.process.ended;
  check((await filesBelow(join(folder, 'cancel'))).length === 0, 'a cancelled title left files');
  await goOn();
  await jobs('cancel', 'retry', id);
  const again = worker('cancel', '--until-empty');
  check((await again.line(ended)).outcome === 'published', 'a cancelled title could not be tried again');
  await again.process.ended;

  await hold();
  await submit('freeze');
  const frozen = worker('freeze', '--lock', '2');
  await frozen.line(begun);
  frozen.process.child.kill('SIGSTOP');
  const other = worker('freeze', '--lock', '2', '--until-empty');
  await other.line(begun);
  frozen.process.child.kill('SIGCONT');
  const { outcome } = await frozen.line(ended);
  check(outcome === 'lost', `a frozen worker ended its title as ${outcome}`);
  await goOn();
  check((await other.line(ended)).outcome === 'published', 'the title of a frozen worker was not published');
  await other.process.ended;
  check((await jobs('freeze', 'list')).includes('published'), 'the title of a frozen worker is not done');
  frozen.process.child.kill('SIGTERM');
  check((await frozen.process.ended) === 0, 'a worker that was frozen did not end with 0');

  const passing = await start();
  const left = await makeStage(passing, film);
  const alone = left.worker('alone');
  await alone.line(({ type }) => type === 'ready');
  await passing.stop();
  alone.process.child.kill('SIGTERM');
  check((await alone.process.ended) === 0, 'a worker whose server is gone did not end with 0');
  check((await left.worker('alone').process.ended) === 1, 'a worker without a server did not end with 1');
  return faults;
}

async function makeStage(server: DatabaseServer, film: string): Promise<Stage> {
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
    submit: async (queue) => {
      const args = ['film.mp4', '--output', queue, '--queue', queue, '--json'];
      return (JSON.parse(await command(['submit', ...args], env, folder)) as { id: string }).id;
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
