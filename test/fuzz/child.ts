/**
 * Started by `worker.ts`: reads the names of mutants from standard input, tries each, and prints a line of JSON before
 * and behind each. It prints nothing else, so anything else is a fault of the packager.
 */

import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { PackagerError } from '../../core/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { MODES, modeNamed } from '../helpers/titles/modes.ts';
import { type InputSamples, inputSamples, wholeInput } from '../helpers/verify/input-samples.ts';
import { attempt } from './attempt.ts';
import { mediaNamed } from './media.ts';
import { mutate } from './mutate.ts';
import type { Finding, FuzzRun, Task } from './worker.ts';

const folder = temporaryFolder('mutants');
const late: string[] = [];
process.on('unhandledRejection', (reason) => late.push(`a rejection nobody waits for: ${stackOf(reason)}`));
process.on('uncaughtException', (error) => late.push(`an exception out of nowhere: ${stackOf(error)}`));
const stackOf = (cause: unknown): string => (cause instanceof Error ? `${cause.stack}` : String(cause));

/** The mode that takes any file as it is: it reads nothing, so one of so many mutants is enough. */
const NCG_EVERY = 10;

/** All that text is written as: `wvtt` or `stpp`, WebVTT in segments, `stpp` of whatever it was. */
const TEXT_MODES = ['dash-cenc', 'hls-aes-ts', 'cmaf-cbcs'].map(modeNamed);

/** What is in a mutant: nothing that could be compared where no demuxer makes sense of it. */
async function samplesIn(path: string): Promise<InputSamples> {
  try {
    return await inputSamples(path);
  } catch (error) {
    if (PackagerError.is(error)) return wholeInput(path);
    throw error;
  }
}

async function run({ path, media, number }: Task): Promise<Finding> {
  const medium = mediaNamed(media);
  const { bytes, mutations } = mutate(readFileSync(path), medium, number);
  const file = join(folder, `mutant${extname(path)}`);
  await writeFile(file, bytes);
  const film = medium.film === undefined ? undefined : await mediaNamed(medium.film).file();
  let input: Promise<InputSamples> | undefined;
  const readInput = (): Promise<InputSamples> => {
    input ??= film === undefined ? samplesIn(file) : inputSamples(film);
    return input;
  };
  const runs: FuzzRun[] = [];
  const faults: string[] = [];
  for (const mode of film === undefined ? MODES : TEXT_MODES) {
    if (mode.name === 'ncg' && number % NCG_EVERY > 0) continue;
    const { outcome, isUnreadable, samples, faults: found } = await attempt(file, mode, readInput, film);
    runs.push({ mode: mode.name, outcome, samples });
    faults.push(...found.map((fault) => `${mode.name}: ${fault}`));
    if (isUnreadable) break;
  }
  await new Promise((resolve) => setImmediate(resolve)); // so that late rejections are known by now
  faults.push(...late.splice(0));
  return { mutations, runs, faults, peak: process.resourceUsage().maxRSS * 1024 };
}

for await (const line of createInterface({ input: process.stdin })) {
  const task: Task = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(await run(task))}\n`);
}
