import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { killTree } from '../helpers/commands/process-tree.ts';
import { type StuckLimits, watchProcess } from '../helpers/commands/stuck.ts';
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
  'cases/long-titles',
  'browser/codecs',
  'cases/matrix-',
  'recorded/',
  'fuzz/',
  'kills/',
];

/** Slow ones come first, all others in the order of their paths. */
function rank(file: string): number {
  const index = SLOWEST.findIndex((start) => file.startsWith(start));
  return index === -1 ? SLOWEST.length : index;
}

/** Files of `unit/` that share a process: many, since a process takes longer to start than most of them to run. */
const UNITS_PER_SHARD = 30;

/** In the order to run them: the many small files of `unit/` share processes; each other file has its own, and a crash stays there. */
export function cutShards(files: readonly string[]): Shard[] {
  const isUnit = (file: string): boolean => file.startsWith('unit/');
  const own = files
    .filter((file) => !isUnit(file))
    .sort((a, b) => rank(a) - rank(b))
    .map((file) => ({ name: file, files: [file] }));
  const unit = files.filter(isUnit);
  const shards = Array.from({ length: Math.ceil(unit.length / UNITS_PER_SHARD) }, (_, index) => {
    const part = unit.slice(index * UNITS_PER_SHARD, (index + 1) * UNITS_PER_SHARD);
    return { name: `${part[0]} … ${part.at(-1)}`, files: part };
  });
  return [...own, ...shards];
}

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
    child.on('close', (status) => {
      watch?.stop();
      resolve({ status, output });
    });
  });
}
