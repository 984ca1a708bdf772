import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What is recorded of one title: hashes by `<cell>/<path>` and `input <name>`; for a refusal its code, by cell. */
export type Facts = ReadonlyMap<string, string>;

/** What is kept of a group of titles. */
export interface GroupRecord {
  /** What made the inputs: `maker()` of that machine. */
  readonly maker: string;
  /** By the titles' names. */
  readonly titles: ReadonlyMap<string, Facts>;
}

/** How facts name an input. */
export const INPUT = 'input ';

const path = (group: string): string => join(import.meta.dirname, 'hashes', `${group}.txt`);

/** The record of a group; empty where there is none yet. */
export async function readRecord(group: string): Promise<GroupRecord> {
  const text = await readFile(path(group), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const [maker = '', ...blocks] = text.trimEnd().split('\n\n');
  return { maker, titles: new Map(blocks.map(parseTitle)) };
}

function parseTitle(block: string): [string, Facts] {
  const [title = '', ...lines] = block.split('\n');
  const facts = lines.map((line): [string, string] => {
    const gap = line.indexOf('  ');
    return [line.slice(gap + 2), line.slice(0, gap)];
  });
  return [title, new Map(facts)];
}

/** Keep the record of a group as text, a line a file as `sha256sum` writes them: a diff shows which files are others. */
export async function writeRecord(group: string, { maker, titles }: GroupRecord): Promise<void> {
  const blocks = [...titles].map(([title, facts]) =>
    [title, ...[...facts].map(([name, value]) => `${value}  ${name}`)].join('\n'),
  );
  await writeFile(path(group), `${[maker, ...blocks].join('\n\n')}\n`);
}
