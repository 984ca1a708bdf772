/**
 * A campaign against hostile files: `npm run fuzz -- --minutes 10 --seed 7`; exit status 1 when one finds a defect.
 *
 * `--only avc-aac.mp4/17` tries that mutant alone; `--keep <path>` writes it there too. `--processes 1` leaves the other
 * processors alone. Words choose media by name.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { ensureTools } from '../runner/tools.ts';
import { campaign, type Defect, mutantsOf } from './campaign.ts';
import { FUZZ_MEDIA, mediaNamed } from './media.ts';
import { mutate } from './mutate.ts';
import type { Tally } from './tally.ts';

const { values, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    processes: { type: 'string', default: String(availableParallelism()) },
    only: { type: 'string' },
    keep: { type: 'string' },
  },
});

/** Seconds between two lines that say how far it is. */
const TELL_EVERY = 5;

/** @throws Error when it is not a number above 0 */
function numberOf(option: 'minutes' | 'seed' | 'processes'): number {
  const number = Number(values[option]);
  if (!(number > 0)) throw new Error(`--${option} ${values[option]}: it takes a number above 0.`);
  return number;
}

/** Until the time is over, of all media that were chosen in turn. */
function* untilOver(): Generator<string> {
  const isChosen = (name: string): boolean => words.length === 0 || words.some((word) => name.includes(word));
  if (!FUZZ_MEDIA.some(({ name }) => isChosen(name)))
    throw new Error(`No medium has one of the words: ${words.join(', ')}`);
  const end = performance.now() + numberOf('minutes') * 60_000;
  for (const mutant of mutantsOf(numberOf('seed'))) {
    if (performance.now() > end) return;
    if (isChosen(mutant)) yield mutant;
  }
}

async function keep(mutant: string, path: string): Promise<void> {
  const [name = '', number] = mutant.split('/');
  const media = mediaNamed(name);
  const { bytes, mutations } = mutate(await readFile(await media.file()), media, Number(number));
  await writeFile(path, bytes);
  console.log(`${path}: ${mutations.join(', ')}`);
}

function tell({ mutant, mutations, faults }: Defect): void {
  console.log(`\n${mutant} (${mutations.join(', ')})\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
}

const count = ({ mutants, runs, packaged, samples, defects }: Tally): string =>
  `${mutants} mutants, ${runs} runs, ${packaged} packaged, ${samples} samples verified, ${defects.length} with a defect`;

/** A line every few seconds. */
function counter(): (tally: Tally) => void {
  let last = performance.now();
  return (tally) => {
    if (performance.now() - last < TELL_EVERY * 1000) return;
    last = performance.now();
    console.log(count(tally));
  };
}

async function main(): Promise<Tally | undefined> {
  const processes = numberOf('processes');
  if ((await ensureTools()).length > 0) return undefined;
  const { only } = values;
  if (only && values.keep) await keep(only, values.keep);
  return campaign(only ? [only] : untilOver(), { processes, onDefect: tell, onProgress: counter() });
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const tally = await main();
if (tally) {
  console.log(`\n${tally.table}\n\n${count(tally)}; ${Math.round(tally.peak / 2 ** 20)} MiB at most`);
  for (const defect of tally.defects) tell(defect);
}
process.exitCode = tally && tally.defects.length === 0 ? 0 : 1;
