import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import type { DatabaseServer } from '../helpers/servers/database-server.ts';
import { TEST_KEY } from '../helpers/titles/package.ts';
import { holdsKey, printOf } from './look.ts';
import { diskPlace, OUTPUT, type Place } from './place.ts';
import { command, type WorkerLine, WorkerProcess } from './workers.ts';

export interface CampaignOptions {
  readonly server: DatabaseServer;
  /** A small film. */
  readonly film: string;
  readonly titles: number;
  readonly workers: number;
  readonly kills: number;
  /** @default a folder of the local disk */
  readonly place?: Place;
  /** Seconds of a lock. */
  readonly lock: number;
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
  /** What ended titles, but for kills, that another try published. */
  readonly interrupted: readonly string[];
  /** What `sealpack clean` found at the end, of runs that were killed. */
  readonly settled: readonly string[];
  /** What may not be, a sentence each. */
  readonly faults: readonly string[];
}

/** A busy machine may not renew a lock in time, or find that the run which had the title still ends: the title is begun again. */
const INTERRUPTED: ReadonlySet<string> = new Set(['lost', 'retried']);

/**
 * Titles in a queue, workers that take them, and SIGKILL for these at moments of chance, in the middle of titles; then looks at
 * what there is.
 */
export async function campaign(options: CampaignOptions): Promise<CampaignResult> {
  const { server, titles, workers, kills, lock, random } = options;
  const folder = temporaryFolder('queue');
  const { place = diskPlace(folder) } = options;
  const env = { ...process.env, ...place.env, SEALPACK_QUEUE_URL: server.url, NO_COLOR: '1' };
  const names = Array.from({ length: titles }, (_, index) => `title-${index + 1}`);
  await makeTitles(folder, options.film, names, place);
  await command(['jobs', 'migrate'], env, folder);
  await command(['submit', '--config', 'titles.config.json'], env, folder);

  const faults: string[] = [];
  const log: string[] = [];
  const published = new Map<string, number>();
  const marks = new Map<string, string>();
  const looks: Promise<void>[] = [];
  const killedAt = new Map<string, number>();
  const takeovers: number[] = [];
  const interrupted: string[] = [];
  const start = performance.now();
  let done = 0;

  const namesById = new Map<string, string>();
  const onLine = ({ type, id = '', name = '', outcome = '', error }: WorkerLine): void => {
    if (type === 'begin') namesById.set(id, name);
    const killed = killedAt.get(namesById.get(id) ?? '');
    if (type === 'taken-back' && killed !== undefined) takeovers.push((performance.now() - killed) / 1000);
    if (type !== 'title') return;
    if (!INTERRUPTED.has(outcome)) done++;
    if (outcome === 'published') {
      published.set(name, (published.get(name) ?? 0) + 1);
      const look = place.mark(name).then(
        (mark) => void marks.set(name, mark),
        () => void faults.push(`${name}: published, and not there`),
      );
      looks.push(look);
    } else if (INTERRUPTED.has(outcome)) interrupted.push(`${outcome} ${error?.code ?? ''}`.trim());
    else if (outcome !== 'already-published')
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
    `${lock}`,
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
  const cleaned = JSON.parse(
    await command(['clean', '--json', '--config', 'titles.config.json'], env, folder),
  ) as { readonly locations: readonly { readonly runs: readonly { readonly state: string }[] }[] };
  const settled = cleaned.locations.flatMap(({ runs }) => runs.map(({ state }) => state));
  for (const name of names) {
    if ((published.get(name) ?? 0) > 1) faults.push(`${name}: published ${published.get(name)} times`);
    const print = await place.print(name).catch(() => 'nothing');
    const reference = await printOf(join(folder, 'reference', name, OUTPUT));
    if (print !== reference) faults.push(`${name}: not what a run writes`);
    const mark = marks.get(name);
    if (mark !== undefined && mark !== (await place.mark(name).catch(() => 'nothing')))
      faults.push(`${name}: replaced after it was published`);
  }
  faults.push(...(await place.faultsOf(names)));
  if (holdsKey(await server.dump())) faults.push('a key is in the queue');
  if (holdsKey(Buffer.from(log.join('\n')))) faults.push('a key is in the logs');
  return { seconds, kills: killed, outcomes, takeovers, interrupted, settled, faults };
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
async function makeTitles(
  folder: string,
  film: string,
  names: readonly string[],
  place: Place,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await copyFile(film, join(folder, 'film.mp4'));
  const reproducible = { seed: 'ab'.repeat(32), time: '2026-01-02T03:04:05Z' };
  const key = Buffer.from(TEST_KEY.key + TEST_KEY.iv, 'hex').toString('base64');
  const config = { preset: ['manual', { key, keyId: TEST_KEY.keyId }], modes: ['dash-cenc'], reproducible };
  const write = (name: string, value: object) => writeFile(join(folder, name), JSON.stringify(value));
  await write('worker.config.json', config);
  const references = names.map((name) => ({
    ...{ contentId: name, inputs: ['film.mp4'], output: `reference/${name}` },
    ...config,
  }));
  await write('reference.config.json', references);
  // The submitter has no key.
  const plugins = ['mode-dash-cenc', 'demux-mp4', 'store-s3'];
  const { modes } = config;
  const titles = names.map((name) => ({
    ...{ contentId: name, inputs: [place.film], output: place.outputOf(name) },
    ...{ modes, reproducible, plugins },
  }));
  await write('titles.config.json', titles);
}
