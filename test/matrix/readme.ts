import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const README = join(import.meta.dirname, '../README.md');
const [BEGIN, END] = ['<!-- matrix -->', '<!-- /matrix -->'];

/** Put the table between the markers in test/README.md, in place of the last one. */
export async function keepInReadme(table: string): Promise<void> {
  const text = await readFile(README, 'utf8');
  const [start, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${README} has no markers ${BEGIN} and ${END}`);
  await writeFile(README, `${text.slice(0, start + BEGIN.length)}\n\n${table}\n\n${text.slice(end)}`);
}
