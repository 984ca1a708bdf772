import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import type { DatabaseServer } from '../helpers/servers/database-server.ts';
import { TEST_KEY } from '../helpers/titles/package.ts';
import { holdsKey, inodeOf, printOf, strangers } from './look.ts';
import { command, type WorkerLine, WorkerProcess } from './workers.ts';

export interface CampaignOptions {
  readonly server: DatabaseServer;
  /** A small film. */
  readonly film: string;
  readonly titles: number;
  readonly workers: number;
  readonly kills: number;
  /** From 0 to 1. */
  random(): number;
  onKill?(number: number, title: string): void;
}

export interface CampaignResult {
  readonly seconds: number;
  readonly kills: number;
  /** Titles by what their job says at the end. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** Seconds from each kill until another worker had put the title back into the queue. */
  readonly takeovers: readonly number[];
  /** What may not be, a sentence each. */
  readonly faults: readonly string[];
}

const OUTPUT = 'DASH_film_mp4';
/** Seconds of a lock. */
const LOCK = 2;

/**
 * Titles in a queue, workers that take them, and SIGKILL for these at moments of chance, in the middle of titles; then looks at
 * what there is.
 */
export async function campaign(options: CampaignOptions): Promise<CampaignResult> {
  const { server, titles, workers, kills, random } = options;
  const folder = temporaryFolder('queue');
  const env = { ...process.env, SEALPACK_QUEUE_URL: server.url, NO_COLOR: '1' };
  const names = Array.from({ length: titles }, (_, index) => `title-${index + 1}`);
  await makeTitles(folder, options.film, names);
  await command(['jobs', 'migrate'], env, folder);
  await command(['submit', '--config', 'titles.config.json'], env, folder);

  const faults: string[] = [];
  const log: string[] = [];
  const published = new Map<string, number>();
  const inodes = new Map<string, number>();
  const looks: Promise<void>[] = [];
  const killedAt = new Map<string, number>();
  const takeovers: number[] = [];
  const start = performance.now();
  let done = 0;

  const namesById = new Map<string, string>();
  const onLine = ({ type, id = '', name = '', outcome = '', error }: WorkerLine): void => {
    if (type === 'begin') namesById.set(id, name);
    const killed = killedAt.get(namesById.get(id) ?? '');
    if (type === 'taken-back' && killed !== undefined) takeovers.push((performance.now() - killed) / 1000);
    if (type !== 'title') return;
    done++;
    if (outcome === 'published') {
      published.set(name, (published.get(name) ?? 0) + 1);
      const look = inodeOf(join(folder, 'out', name, OUTPUT)).then(
        (inode) => void inodes.set(name, inode),
        () => void faults.push(`${name}: published, and not there`),
      );
      looks.push(look);
    } else if (outcome !== 'already-published')
      faults.push(`${name}: ${outcome} ${error?.code ?? ''} ${error?.message ?? ''}`);
  };
  const args = [
    '--config',
    'worker.config.json',
    '--json',
    '--until-empty',
    '--threads',
    '1',
    '--lock',
    `${LOCK}`,
  ];
  const onText = (text: string) => void log.push(text);
  const begin = () => new WorkerProcess(args, env, folder, onLine, onText);
  const running = new Set<WorkerProcess>(Array.from({ length: workers }, begin));

  let killed = 0;
  while (killed < kills && done < titles) {
    const due = ((killed + random()) * titles) / (kills + 1);
    while (done < due && done < titles) await wait(5);
    const victim = await atWork(running);
    await wait(random() * 250);
    const { title } = victim;
    if (victim.child.exitCode !== null) break;
    victim.kill();
    const time = performance.now();
    await victim.ended;
    running.delete(victim);
    running.add(begin());
    killed++;
    options.onKill?.(killed, title ?? 'between two titles');
    if (title !== undefined && victim.title === title) killedAt.set(title, time);
  }
  const statuses = await Promise.all([...running].map(({ ended }) => ended));
  const seconds = (performance.now() - start) / 1000;
  if (statuses.some((status) => status !== 0)) faults.push(`workers ended with ${statuses.join(', ')}`);
  await Promise.all(looks);

  const outcomes = new Map<string, number>();
  const listed = await command(['jobs', 'list', '--json', '--limit', `${titles * 2}`], env, folder);
  const jobs = listed
    .trim()
    .split('\n')
    .map(
      (line) =>
        JSON.parse(line) as { name: string; state: string; result?: { outcome: string }; error?: string },
    );
  if (jobs.length !== titles) faults.push(`${jobs.length} jobs for ${titles} titles`);
  for (const { name, state, result, error } of jobs) {
    const outcome = state === 'completed' ? (result?.outcome ?? 'no result') : `${state}: ${error}`;
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (state !== 'completed') faults.push(`${name}: ${outcome}`);
  }

  await command(['run', '--quiet', '--config', 'reference.config.json'], env, folder);
  for (const name of names) {
    const output = join(folder, 'out', name);
    if ((published.get(name) ?? 0) > 1) faults.push(`${name}: published ${published.get(name)} times`);
    const print = await printOf(join(output, OUTPUT)).catch(() => 'nothing');
    const reference = await printOf(join(folder, 'reference', name, OUTPUT));
    if (print !== reference) faults.push(`${name}: not what a run writes`);
    const inode = inodes.get(name);
    if (inode !== undefined && inode !== (await inodeOf(join(output, OUTPUT)).catch(() => 0)))
      faults.push(`${name}: replaced after it was published`);
    for (const name of await strangers(output, [OUTPUT])) faults.push(`${output} holds ${name}`);
  }
  if (holdsKey(await server.dump())) faults.push('a key is in the queue');
  if (holdsKey(Buffer.from(log.join('\n')))) faults.push('a key is in the logs');
  return { seconds, kills: killed, outcomes, takeovers, faults };
}

/** A worker that has a title, of those that run. */
async function atWork(running: ReadonlySet<WorkerProcess>): Promise<WorkerProcess> {
  for (;;) {
    const busy = [...running].filter(({ title }) => title !== undefined);
    const first = busy[0] ?? [...running].find(({ child }) => child.exitCode !== null);
    if (first) return busy[Math.floor(busy.length / 2)] ?? first;
    await wait(5);
  }
}

/** What each of them writes is what a run writes, byte for byte: all have one seed. */
async function makeTitles(folder: string, film: string, names: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await copyFile(film, join(folder, 'film.mp4'));
  const reproducible = { seed: 'ab'.repeat(32), time: '2026-01-02T03:04:05Z' };
  const key = Buffer.from(TEST_KEY.key + TEST_KEY.iv, 'hex').toString('base64');
  const config = { preset: ['manual', { key, keyId: TEST_KEY.keyId }], modes: ['dash-cenc'], reproducible };
  const write = (name: string, value: object) => writeFile(join(folder, name), JSON.stringify(value));
  await write('worker.config.json', config);
  const titles = (to: string, more: object) =>
    names.map((name) => ({ contentId: name, inputs: ['film.mp4'], output: `${to}/${name}`, ...more }));
  await write('reference.config.json', titles('reference', config));
  // The submitter has no key.
  const plugins = ['mode-dash-cenc', 'demux-mp4'];
  const { modes } = config;
  await write('titles.config.json', titles('out', { modes, reproducible, plugins }));
}
