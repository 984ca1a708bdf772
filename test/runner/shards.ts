import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { killTree } from '../helpers/commands/process-tree.ts';
import { type StuckLimits, watchProcess } from '../helpers/commands/stuck.ts';
import { secondsSinceLastEnd } from './processor-time.ts';
import type { Ending } from './tally.ts';

const TEST_FOLDER = join(import.meta.dirname, '..');
const SUITE = join(import.meta.dirname, 'suite.ts');

/**
 * A shard that hangs is ended. uvu prints a dot with every test, and the longest test takes about a minute on an idle
 * machine: what is allowed here, a machine ten times slower does not need.
 */
const STUCK: StuckLimits = { busySeconds: 900, idleSeconds: 600, silentSeconds: 2700 };

/** Test files that one process runs. */
export interface Shard {
  readonly name: string;
  /** Relative to `test/`. */
  readonly files: readonly string[];
  /** It waits more than it works. */
  readonly isPlayback: boolean;
}

/** All test files whose path contains one of the filters (all, if there are none). */
export function findTests(filters: readonly string[]): string[] {
  return readdirSync(TEST_FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
    .sort();
}

/** uvu runs nothing of a file that does not call `run()`, and says that all is well. */
export const withoutRun = (files: readonly string[]): string[] =>
  files.filter((file) => !/^\w+\.run\(\);/m.test(readFileSync(join(TEST_FOLDER, file), 'utf8')));

/** What takes longest, by the start of its path: begun first, so that no processor waits at the end for one of them. */
const SLOWEST: readonly string[] = [
  'cases/matrix-',
  'recorded/',
  'fuzz/mutants',
  'secrets/',
  'fuzz/slow',
  'cases/long-titles',
  'cases/real-media',
  'kills/',
];

/** What is over soon: begun last, so that all processors end at nearly the same time. */
const SHORTEST: readonly string[] = ['api/', 'helpers/', 'fuzz/', 'packages/'];

/** Slow ones come first, short ones last, all others in the order of their paths. */
function rank(file: string): number {
  const slow = SLOWEST.findIndex((start) => file.startsWith(start));
  if (slow !== -1) return slow;
  return SLOWEST.length + 1 + SHORTEST.findIndex((start) => file.startsWith(start));
}

/** Players go by the clock: a file that plays leaves the processors idle half of its time. */
const isPlayback = (file: string): boolean => file.startsWith('browser/');

/**
 * Files that share a process, by the start of their path or their folder: to start it takes some three seconds of processor time,
 * longer than most of them run. @default 1
 */
const FILES_PER_SHARD: Readonly<Record<string, number>> = {
  'cases/matrix-': 5,
  'recorded/': 4,
  api: 3,
  browser: 4,
  cases: 25,
  fuzz: 4,
  helpers: 12,
  unit: 110,
};

/** Whom a file may share a process with. */
const groupOf = (file: string): string => SLOWEST[rank(file)] ?? file.split('/')[0]!;

/** In the order to run them: what is slow first, and no more in a process than is lost where it crashes. */
export function cutShards(files: readonly string[]): Shard[] {
  const groups = new Map<string, string[]>();
  for (const file of [...files].sort((a, b) => rank(a) - rank(b))) {
    const group = groupOf(file);
    groups.set(group, [...(groups.get(group) ?? []), file]);
  }
  return [...groups].flatMap(([group, members]) => {
    const size = FILES_PER_SHARD[group] ?? 1;
    return Array.from({ length: Math.ceil(members.length / size) }, (_, index) =>
      shardOf(members.slice(index * size, (index + 1) * size)),
    );
  });
}

const shardOf = (files: readonly string[]): Shard => ({
  name: files.length === 1 ? files[0]! : `${files[0]} … ${files.at(-1)}`,
  files,
  isPlayback: isPlayback(files[0]!),
});

/** Run one shard with uvu; answers its output, of which nothing is printed yet. */
export function runShard({ files }: Shard, env: NodeJS.ProcessEnv): Promise<Ending> {
  const pattern = `^(${files.map((file) => file.replaceAll(/[.\\+]/g, '\\$&')).join('|')})$`;
  const color = process.stdout.isTTY ? '--color' : '--no-color';
  return new Promise((resolve) => {
    const args = ['--import', 'tsx', SUITE, TEST_FOLDER, pattern, color];
    const child = spawn(process.execPath, args, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let processorSeconds = 0;
    const watch =
      child.pid === undefined
        ? undefined
        : watchProcess(child.pid, STUCK, (why) => {
            output += `\nended: it ${why}\n`;
            killTree(child.pid!);
          });
    const collect = (text: string): void => {
      output += text;
      watch?.progressed();
    };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    child.on('error', (error) => collect(`${error.message}\n`));
    child.on('exit', () => {
      processorSeconds = secondsSinceLastEnd();
    });
    child.on('close', (status) => {
      watch?.stop();
      resolve({ status, output, processorSeconds });
    });
  });
}
