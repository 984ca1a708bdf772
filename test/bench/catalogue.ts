/**
 * Hundreds of titles in one process: what each one more costs, beside what as many bytes more of one title cost. What comes once (the
 * start, the code that is compiled while it runs) is in neither: it is the same, and would flatter the many.
 */
import { copyFile, link, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyAsDone } from './empty-as-done.ts';
import { measureInTurn, OUTPUT, type Program } from './rounds.ts';
import type { Setting } from './setting.ts';
import { makeSource, type Source } from './source.ts';
import { type MeasuredStep, measuredSteps, tableOfSteps } from './steps.ts';
import { verdict } from './table.ts';
import { KEY_SOURCE, program } from './works.ts';

const TITLES = 300;
/** Of the titles that have bytes of their own, together: more than any cache holds. The others are the same files by another name. */
const DISTINCT_MEGABYTES = 3000;

/** Megabytes that are on the disk at a time. */
export const catalogueMegabytes = (megabytes: number): number => 4 * DISTINCT_MEGABYTES + 8 * megabytes;

/** Prints the table. */
export async function compareCatalogue({ folder, megabytes, rounds, options }: Setting): Promise<void> {
  const files = Math.max(2, Math.round(DISTINCT_MEGABYTES / megabytes));
  const short = await makeSource(folder, 'H.264', megabytes);
  const long = await makeSource(folder, 'H.264', megabytes * files);
  const inputs = await copies(join(folder, 'titles'), short, files);
  const run = async (count: number, from: readonly string[]): Promise<Program> => {
    const path = join(folder, `${count}-of-${from.length}.config.json`);
    await writeFile(path, JSON.stringify(titles(folder, count, from)));
    return program(['run', '--config', path, '--quiet', ...options]);
  };
  const steps = [
    { count: 1, each: short.bytes, run: await run(1, inputs) },
    { count: 1, each: long.bytes, run: await run(1, [long.path]) },
    { count: TITLES, each: short.bytes, run: await run(TITLES, inputs) },
  ].map(({ count, each, run }) => ({
    name: `${count} of ${(each / 1e6).toFixed(0)} MB`,
    bytes: count * each,
    run,
  }));
  const results = await measureInTurn(
    steps.map(({ run }) => run),
    rounds,
    folder,
    (output) => emptyAsDone(output, 'stream.mpd'),
  );
  const [first, one, many] = measuredSteps(steps, results) as [MeasuredStep, MeasuredStep, MeasuredStep];
  console.log(`\n${tableOfSteps([first, one, many])}`);
  /** Milliseconds for as many bytes as a title has, beyond the first. */
  const further = ({ seconds, bytes }: MeasuredStep): number =>
    ((seconds - first.seconds) / (bytes - first.bytes)) * first.bytes * 1000;
  const share = further(many) / further(one);
  console.log(
    `\n${verdict(
      `a further title takes ${further(many).toFixed(0)} ms, as many further bytes of one title ${further(one).toFixed(0)} ms: ${share.toFixed(2)} times; goal 1.10`,
      share <= 1.1,
    )}`,
  );
}

/** The same title with bytes of its own, several times: nothing is read from where the one before was read. */
async function copies(folder: string, { path }: Source, count: number): Promise<string[]> {
  await mkdir(folder);
  const files = Array.from({ length: count }, (_, n) => join(folder, `file-${n}.mp4`));
  for (const file of files) await copyFile(path, file);
  const inputs: string[] = [];
  for (let n = 0; n < TITLES; n++) {
    const input = join(folder, `title-${n}.mp4`);
    await link(files[n % count]!, input);
    inputs.push(input);
  }
  return inputs;
}

/** The first so many of the inputs, each a title. */
const titles = (folder: string, count: number, inputs: readonly string[]): object[] =>
  inputs.slice(0, count).map((input, n) => ({
    ...KEY_SOURCE,
    modes: ['dash-cenc'],
    contentId: `title-${n}`,
    inputs: [input],
    output: join(folder, OUTPUT, `title-${n}`),
  }));
