/**
 * A campaign against hostile files: `node --import tsx test/fuzz/main.ts --seconds 600 --seed 7`; exit status 1 when one
 * finds a defect.
 *
 * `--only avc-aac.mp4/17` tries that mutant alone; `--keep <path>` writes it there too. Words choose media by name.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ensureTools } from '../runner/tools.ts';
import { campaign, type Defect, type Tally } from './campaign.ts';
import { FUZZ_MEDIA, mediaNamed } from './media.ts';
import { mutate } from './mutate.ts';

const { values, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    keep: { type: 'string' },
  },
});

/** Until the time is over, of all media that were chosen in turn. */
function* untilOver(): Generator<string> {
  const media = FUZZ_MEDIA.filter(
    ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
  );
  const end = performance.now() + Number(values.seconds) * 1000;
  for (let number = Number(values.seed) * 1_000_000; ; number++) {
    for (const { name } of media) {
      if (performance.now() > end) return;
      yield `${name}/${number}`;
    }
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

async function main(): Promise<Tally | undefined> {
  if ((await ensureTools()).length > 0) return undefined;
  const { only } = values;
  if (only && values.keep) await keep(only, values.keep);
  return campaign(only ? [only] : untilOver(), tell);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const tally = await main();
if (tally) {
  const outcomes = [...tally.outcomes].map(([outcome, times]) => `${times} ${outcome}`).join(', ');
  console.log(`\n${tally.tried} mutants, ${Math.round(tally.peak / 2 ** 20)} MiB; ${outcomes}`);
  console.log(`${tally.defects.length} with a defect`);
}
process.exitCode = tally && tally.defects.length === 0 ? 0 : 1;
