import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
  'fuzz/mutants',
  'cases/long-titles',
  'cases/real-media',
  'fuzz/slow',
  'secrets/',
  'kills/',
  'recorded/',
  'cases/keys-by-label',
  'cases/key-rotation',
  'cases/hls-key-periods',
  'cases/apple-rules',
];

/** Slow ones come first, all others in the order of their paths. */
function rank(file: string): number {
  const index = SLOWEST.findIndex((start) => file.startsWith(start));
  return index === -1 ? SLOWEST.length : index;
}

/** Players go by the clock: a file that plays leaves the processors idle half of its time. */
const isPlayback = (file: string): boolean => file.startsWith('browser/');

/** Files that share a process, in folders of many small ones: to start it takes a second of processor time, longer than most of them run. */
const FILES_PER_SHARD: Readonly<Record<string, number>> = { cases: 6, unit: 30 };

/** In the order to run them: small files share processes; each other file has its own, and a crash stays there. */
export function cutShards(files: readonly string[]): Shard[] {
  const isSmall = (file: string): boolean =>
    rank(file) === SLOWEST.length && dirname(file) in FILES_PER_SHARD;
  const own = files
    .filter((file) => !isSmall(file))
    .sort((a, b) => rank(a) - rank(b))
    .map((file) => ({ name: file, files: [file], isPlayback: isPlayback(file) }));
  const shared = Object.entries(FILES_PER_SHARD).flatMap(([folder, size]) => {
    const small = files.filter((file) => isSmall(file) && dirname(file) === folder);
    return Array.from({ length: Math.ceil(small.length / size) }, (_, index) =>
      sharedShard(small.slice(index * size, (index + 1) * size)),
    );
  });
  return [...own, ...shared];
}

const sharedShard = (files: readonly string[]): Shard => ({
  name: files.length === 1 ? files[0]! : `${files[0]} … ${files.at(-1)}`,
  files,
  isPlayback: false,
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
