/**
 * Batches in the large: `npm run test:batch`, after `npm run build`. 200 titles, 20 of them hostile, must end with exactly the right 180,
 * each verified; the memory of 300 titles in one process must not grow, nor must they be much slower than their bytes in one title.
 * Exit status 1 when one of these is not so.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { hostileBatch } from './hostile-batch.ts';

const BIN = join(import.meta.dirname, '../../dist/core/cli/bin.js');
const SAMPLE = join(import.meta.dirname, '../media/sample-360p.mp4');
const TITLES = 300;

interface Measured {
  readonly status: number | null;
  /** Of the processor, of all threads. */
  readonly seconds: number;
  /** Resident bytes, every tenth of a second. */
  readonly memory: readonly number[];
}

/** Run the command, and watch what it takes (Linux). */
function measure(args: readonly string[], cwd: string): Promise<Measured> {
  const child = spawn(process.execPath, [BIN, ...args], { cwd, stdio: 'ignore' });
  const memory: number[] = [];
  let seconds = 0;
  const timer = setInterval(() => {
    try {
      const [, resident = 0] = readFileSync(`/proc/${child.pid}/statm`, 'utf8').split(' ').map(Number);
      const times = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      memory.push(resident * 4096);
      seconds = (Number(times[11]) + Number(times[12])) / 100;
    } catch {
      // it has ended
    }
  }, 100);
  return new Promise((resolve) => {
    child.once('exit', (status) => {
      clearInterval(timer);
      resolve({ status, seconds, memory });
    });
  });
}

const faults: string[] = [];
const expect = (isSo: boolean, what: string): void => {
  console.log(`${isSo ? 'ok  ' : 'FAIL'} ${what}`);
  if (!isSo) faults.push(what);
};
const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

const hostile = temporaryFolder('batch');
const { good, bad } = await hostileBatch(hostile, 200, 10);
const args = ['run', '--manifest', 'titles.csv', '--verify', '--report', 'summary.json', '--quiet'];
const { status } = await measure(args, hostile);
const { list } = JSON.parse(readFileSync(join(hostile, 'summary.json'), 'utf8'));
const failed = list.filter((title: { status: string }) => title.status === 'failed');
const written = readdirSync(join(hostile, 'out')).sort();
expect(status === 3, `exit status ${status}, that of the first title that failed`);
expect(
  JSON.stringify(written) === JSON.stringify(good.toSorted()),
  `${written.length} titles of ${good.length + bad.length} are there, ${bad.length} were hostile`,
);
expect(failed.length === bad.length, `${failed.length} are told to have failed`);

const small = temporaryFolder('batch-small');
for (let number = 1; number <= TITLES; number++) await copyFile(SAMPLE, join(small, `in-${number}.mp4`));
const rows = Array.from({ length: TITLES }, (_, index) => `film-${index + 1},in-${index + 1}.mp4`);
await writeFile(join(small, 'titles.csv'), `contentId,inputs\n${rows.join('\n')}\n`);
const template = { preset: 'local', modes: ['dash-cenc'], output: 'out/{contentId}', workers: 0 };
await writeFile(join(small, 'packager.config.json'), JSON.stringify(template));
const many = await measure(['run', '--manifest', 'titles.csv', '--quiet'], small);
expect(many.status === 0, `${TITLES} titles in one process`);
const quarter = Math.floor(many.memory.length / 4);
const [early, late] = [mean(many.memory.slice(quarter, 2 * quarter)), mean(many.memory.slice(-quarter))];
expect(
  late < early * 1.15,
  `memory: ${mebibytes(early)} in the second quarter, ${mebibytes(late)} in the last, ${mebibytes(Math.max(...many.memory))} at most`,
);

const one = join(small, 'one.mp4');
const loop = ['-v', 'error', '-stream_loop', String(TITLES - 1), '-i', SAMPLE, '-c', 'copy', '-y', one];
spawnSync('ffmpeg', loop, { stdio: 'inherit' });
const alone = await measure(['run', one, '--content-id', 'one', '--output', 'one', '--quiet'], small);
expect(alone.status === 0, 'the same bytes as one title');
const ratio = many.seconds / alone.seconds;
console.log(
  `     processor time: ${many.seconds.toFixed(1)} s for ${TITLES} titles, ${alone.seconds.toFixed(1)} s for one, ${ratio.toFixed(2)} times`,
);
process.exitCode = faults.length > 0 ? 1 : 0;
