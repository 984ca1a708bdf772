import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const README = join(import.meta.dirname, '../../README.md');

/**
 * Put a table between its markers in a Markdown file, in place of the last one.
 * @param name `matrix`: `<!-- matrix -->` to `<!-- /matrix -->`
 */
export async function keepInReadme(name: string, table: string, file = README): Promise<void> {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const text = await readFile(file, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has no markers ${begin} and ${end}`);
  await writeFile(file, `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`);
}
