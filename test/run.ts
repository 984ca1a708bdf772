/**
 * The test command: `npm test`, or `npm test -- <part of a path>…` for some of the files. With `--long`, the rows of them that only
 * take long, too: `npm run test:long`. With `--times`, what each file took of processor time is printed at the end, the dearest first.
 *
 * Makes sure that the tools are there, runs all test files with uvu in two more processes than there are processors, of which
 * one begins with what plays in Chromium and waits half of its time: tests wait for what they have started, too. Ends with
 * the line `N passed, N failed`. Exit status 0 only if tests ran and none failed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileTimesIn, tableOf } from './runner/file-times.ts';
import { cutShards, findTests, runShard, type Shard, withoutRun } from './runner/shards.ts';
import { type Ending, sum, type Tally, tally } from './runner/tally.ts';
import { ensureTools } from './runner/tools.ts';

async function main(filters: readonly string[], isLong: boolean, isTimed: boolean): Promise<Tally> {
  const missing = await ensureTools();
  if (missing.length > 0) return { passed: 0, failed: missing.length };
  const files = findTests(filters);
  const idle = withoutRun(files);
  for (const file of idle) console.log(`${file} never calls run(): its tests would not run.`);
  const shards = cutShards(files);
  const folder = mkdtempSync(join(tmpdir(), 'sealpack-test-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  process.once('SIGINT', () => process.exit(130));
  // Memory that is used again is overwritten as soon as its time is over: whoever looks at it later shows.
  const env = {
    ...process.env,
    SEALPACK_TEST_FOLDER: folder,
    SEALPACK_SPOIL_MEMORY: '1',
    ...(isLong && { SEALPACK_TEST_LONG: '1' }),
    ...(isTimed && { SEALPACK_TEST_TIMES: '1' }),
  };

  const endings: Ending[] = [];
  const work = async (...queues: readonly Shard[][]): Promise<void> => {
    const next = (): Shard | undefined => queues.find(({ length }) => length > 0)?.shift();
    for (let shard = next(); shard !== undefined; shard = next()) {
      endings.push(await runAndPrint(shard, env));
    }
  };
  const working = shards.filter(({ isPlayback }) => !isPlayback);
  const playing = shards.filter(({ isPlayback }) => isPlayback);
  // A fifth of their time the processes wait for what they have started: one more than there are processors works.
  const workers = Array.from({ length: availableParallelism() + 1 }, () => work(working, playing));
  await Promise.all([work(playing, working), ...workers]);
  const processorSeconds = endings.reduce((seconds, one) => seconds + one.processorSeconds, 0);
  if (isTimed) console.log(tableOf(fileTimesIn(endings.map(({ output }) => output))));
  console.log(`${processorSeconds.toFixed(0)} s of processor time`);
  return sum([...endings.map(tally), { passed: 0, failed: idle.length }]);
}

async function runAndPrint(shard: Shard, env: NodeJS.ProcessEnv): Promise<Ending> {
  const start = performance.now();
  const ending = await runShard(shard, env);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const count = tally(ending);
  const work = `${ending.processorSeconds.toFixed(1)} s of processor time`;
  console.log(`── ${shard.name}: ${count.passed} passed, ${count.failed} failed in ${seconds} s, ${work}`);
  console.log(ending.output);
  return ending;
}

const LONG = '--long';
const TIMES = '--times';
const args = process.argv.slice(2);
const { passed, failed } = await main(
  args.filter((arg) => arg !== LONG && arg !== TIMES),
  args.includes(LONG),
  args.includes(TIMES),
);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
