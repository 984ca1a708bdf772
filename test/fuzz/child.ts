/**
 * Started by `campaign.ts`: reads the names of mutants from standard input, tries each, and prints a line of JSON before
 * and behind each. It prints nothing else, so anything else is a fault of the packager.
 */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { temporaryFolder } from '../helpers/folders.ts';
import { COLUMNS } from '../helpers/matrix/columns.ts';
import { attempt } from './attempt.ts';
import type { Finding, Task } from './campaign.ts';
import { mediaNamed } from './media.ts';
import { mutate } from './mutate.ts';

const folder = temporaryFolder('mutants');
const late: string[] = [];
process.on('unhandledRejection', (reason) => late.push(`a rejection nobody waits for: ${stackOf(reason)}`));
process.on('uncaughtException', (error) => late.push(`an exception out of nowhere: ${stackOf(error)}`));
const stackOf = (cause: unknown): string => (cause instanceof Error ? `${cause.stack}` : String(cause));

/** The mode that takes any file as it is: it reads nothing, so every tenth mutant is enough. */
const isWorthIt = (name: string, number: number): boolean => name !== 'ncg' || number % 10 === 0;

async function run({ path, media, number }: Task): Promise<Finding> {
  const { bytes, mutations } = mutate(readFileSync(path), mediaNamed(media), number);
  const file = join(folder, `mutant${extname(path)}`);
  await writeFile(file, bytes);
  const outcomes: string[] = [];
  const faults: string[] = [];
  for (const column of COLUMNS) {
    if (!isWorthIt(column.name, number)) continue;
    const { outcome, isUnreadable, faults: found } = await attempt(file, column);
    outcomes.push(outcome);
    faults.push(...found.map((fault) => `${column.name}: ${fault}`));
    if (isUnreadable) break;
  }
  await new Promise((resolve) => setImmediate(resolve)); // so that late rejections are known by now
  faults.push(...late.splice(0));
  return { mutations, outcomes, faults, peak: process.resourceUsage().maxRSS * 1024 };
}

for await (const line of createInterface({ input: process.stdin })) {
  const task: Task = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(await run(task))}\n`);
}
