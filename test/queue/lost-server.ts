import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseServer } from '../helpers/servers/database-server.ts';
import { makeStage, type Stage } from './stage.ts';
import { BIN } from './workers.ts';

/** More than a command gets through in the moment that it takes to strike the server. */
const TITLES = 1000;
/** Seconds after which a command counts as one that waits for ever. */
const FOR_EVER = 40;

/** A command that runs. */
interface Running {
  readonly child: ChildProcess;
  /** Once it has written something. */
  readonly begun: Promise<void>;
  /** Its status, and what it wrote to standard error; status -1: it had to be killed. */
  readonly ended: Promise<{ readonly status: number | null; readonly errors: string }>;
  /** Standard error has this. */
  says(words: RegExp): Promise<void>;
}

/**
 * What commands do whose server is killed, or stands still, while they run.
 * @param start starts a server
 * @returns what is not as it should be, a sentence each
 */
export async function lostServer(
  start: () => Promise<DatabaseServer>,
  film: string,
  how: 'SIGKILL' | 'SIGSTOP',
): Promise<string[]> {
  const faults: string[] = [];
  const server = await start();
  try {
    const stage = await makeStage(server, film);
    await makeList(stage);
    await stage.hold();
    const { worker } = stage;
    const run = (...args: string[]) => runIn(stage, args);
    await stage.submit('held');
    const busy = worker('held', '--drain', '0');
    await busy.line(({ type }) => type === 'begin');
    const idle = worker('idle');
    await idle.line(({ type }) => type === 'ready');
    const watch = run('jobs', 'watch', '--queue', 'held');
    await watch.begun;
    const submit = run('submit', '--config', 'list.config.json', '--queue', 'list', '--json');
    await submit.begun;
    server.strike(how);

    const expect = async (what: string, command: Running, code: string): Promise<void> => {
      const { status, errors } = await command.ended;
      const sentences = errors.match(/^error: .*$/gm) ?? [];
      if (status !== 1 || sentences.length !== 1 || !errors.includes(`code: ${code}`))
        faults.push(`${how}: ${what} ended with ${status}: ${errors}`);
    };
    await Promise.all([
      expect('submit', submit, 'QUEUE_LOST'),
      expect('jobs list', run('jobs', 'list'), 'QUEUE_NOT_READY'),
      expect('submit of a film', run('submit', 'film.mp4'), 'QUEUE_NOT_READY'),
      expect('a worker', run('worker', '--config', 'worker.config.mjs'), 'QUEUE_NOT_READY'),
    ]);
    // Nobody hears of a server that stands still.
    if (how === 'SIGKILL') await watch.says(/^warning: the queue: /m);
    if (watch.child.exitCode !== null) faults.push(`${how}: jobs watch has given up`);
    const end = async (what: string, child: ChildProcess, ended: Promise<unknown>, status: number) => {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), FOR_EVER * 1000);
      await ended;
      clearTimeout(late);
      if (child.exitCode !== status)
        faults.push(`${how}: ${what} ended with ${child.exitCode ?? child.signalCode}`);
    };
    await Promise.all([
      end('jobs watch', watch.child, watch.ended, 143),
      end('a worker at work', busy.process.child, busy.process.ended, 0),
      end('a worker that waits', idle.process.child, idle.process.ended, 0),
    ]);
  } finally {
    await server.stop();
  }
  return faults;
}

async function makeList({ folder }: Stage): Promise<void> {
  const plugins = ['mode-dash-cenc', 'demux-mp4'];
  const titles = Array.from({ length: TITLES }, (_, index) => ({
    ...{ contentId: `title-${index}`, inputs: ['film.mp4'], output: `out/${index}`, plugins },
  }));
  await writeFile(join(folder, 'list.config.json'), JSON.stringify(titles));
}

function runIn({ folder, env }: Stage, args: readonly string[]): Running {
  const child = spawn(process.execPath, [BIN, ...args], { cwd: folder, env });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const begun = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  const ended = new Promise<{ status: number | null; errors: string }>((resolve) =>
    child.once('close', (status) => {
      clearTimeout(late);
      resolve({ status, errors });
    }),
  );
  const late = setTimeout(() => child.kill('SIGKILL'), FOR_EVER * 2000);
  child.stdout.resume();
  return {
    child,
    begun,
    ended,
    says: (words) =>
      new Promise((resolve) => {
        const look = () => words.test(errors) && resolve();
        child.stderr.on('data', look);
        look();
      }),
  };
}
