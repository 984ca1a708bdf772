/**
 * What Sealpack writes, byte for byte: `npm run test:recorded` packages everything that is recorded and prints what is
 * another now; exit status 1 when something is.
 *
 * `-- sample` takes some of the groups (sample, made, large, real); `--write` records them anew.
 */
import { parseArgs } from 'node:util';
import { differences } from './compare.ts';
import { GROUPS } from './groups.ts';
import { maker } from './maker.ts';
import { type Facts, readRecord, writeRecord } from './record.ts';
import { inputFacts, outputFacts, type RecordedGroup } from './title.ts';

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { write: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const groups = GROUPS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  if (groups.length === 0) throw new Error(`There is no group ${positionals.join(', ')}.`);
  let changes = 0;
  for (const group of groups) changes += await runGroup(group, values.write);
  return changes > 0 && !values.write ? 1 : 0;
}

/** Package a group and print what is another; answers the number of titles that are. */
async function runGroup(group: RecordedGroup, write: boolean): Promise<number> {
  const before = await readRecord(group.name);
  const titles = new Map<string, Facts>(group.isOptional ? before.titles : []);
  let changes = 0;
  for (const title of group.titles) {
    const facts = new Map([...(await inputFacts(title)), ...(await outputFacts(title))]);
    titles.set(title.name, facts);
    const recorded = before.titles.get(title.name);
    const changed = recorded ? differences(recorded, facts) : ['not recorded'];
    if (changed.length === 0) continue;
    changes++;
    console.log([`${group.name}, ${title.name}:`, ...changed].join('\n  '));
  }
  console.log(`${group.name}: ${group.titles.length} titles, ${changes} others than recorded`);
  if (write && group.titles.length > 0) await writeRecord(group.name, { maker: await maker(), titles });
  return changes;
}

process.exitCode = await main();
