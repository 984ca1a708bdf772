/**
 * A campaign of kills: `npm run test:kills -- --runs 1000 --seed 7`, after `npm run build`; exit status 1 when one leaves
 * something that may not be. `--only 17` makes the kill of that number alone.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { newTally, type Tally } from './attempt.ts';
import { campaign } from './campaign.ts';
import { hasContainers } from './command.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true },
    jobs: { type: 'string', default: String(availableParallelism()) },
  },
});

const counts = (map: ReadonlyMap<string, number>): string =>
  [...map]
    .sort()
    .map(([name, count]) => `  ${String(count).padStart(5)}  ${name}`)
    .join('\n');

function print({ killed, survived, phases, kinds, between, defects }: Tally): void {
  const of = (word: string): number =>
    defects.filter(({ faults }) => faults.some((fault) => fault.startsWith(word))).length;
  console.log(`\n${killed} kills; ${survived} runs had ended before theirs.`);
  console.log(`What the killed had left:\n${counts(phases)}\nOf these:\n${counts(kinds)}`);
  console.log(`${between} times a title was between two versions until the next run.`);
  console.log(
    `After the next run: ${of('partial')} partial, ${of('lost')} lost, ${of('mixed')} mixed, ${of('left')} with something left.`,
  );
  console.log(`${defects.length} with a defect`);
}

let tally = newTally();
let told = 0;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    print(tally);
    process.exit(130);
  });
}
if (!hasContainers()) console.log('unshare makes no process namespaces here: no kills across containers.');
await campaign({
  runs: Number(values.runs),
  seed: Number(values.seed),
  jobs: Number(values.jobs),
  ...(values.only && { only: values.only.map(Number) }),
  onDefect(kill, faults) {
    console.log(`${JSON.stringify(kill)}\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  },
  onProgress(now) {
    tally = now;
    if (now.killed < told + 50) return;
    told = now.killed;
    console.log(`${told} kills`);
  },
});
print(tally);
process.exitCode = tally.defects.length === 0 ? 0 : 1;
