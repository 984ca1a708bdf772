import { resolve } from 'node:path';
import { fail } from '../base/errors.ts';
import { count } from '../base/figures.ts';
import { schemeOf, shownReference } from '../io/reference.ts';
import { printable, printableName } from './format.ts';
import type { Parts } from './parts.ts';
import type { DecryptFlags } from './program.ts';
import type { Shell } from './shell.ts';

/**
 * Write a finished package again without protection, with keys of the key source that is named.
 * @throws PackagerError MISSING_OPTION where none is named; NO_KEY, and as reading and writing do
 */
export async function decryptCommand(
  reference: string,
  flags: DecryptFlags,
  shell: Shell,
  parts: () => Promise<Parts>,
): Promise<void> {
  const { config, preset, output, overwrite = false } = flags;
  if (config === undefined && preset === undefined)
    throw fail.missingOption(
      'Nothing says where the keys come from.',
      'Name the config or the preset that the package was made with: --config, --preset, and where it needs one --content-id.',
    );
  if (output === undefined)
    throw fail.missingOption('An output folder is missing.', 'Name one with --output.');
  const [composition, { prepareTitles }] = await Promise.all([parts(), import('./prepare-titles.ts')]);
  const { overwrite: _, output: __, ...keyFlags } = flags;
  const titles = await prepareTitles([], keyFlags, shell, { ...composition, inputs: 'optional' });
  const { decryptPackage } = await import('../engine/decrypt/decrypt-package.ts');
  const written = await decryptPackage({
    reference,
    base: shell.cwd,
    titles,
    output: schemeOf(output) === undefined ? resolve(shell.cwd, output) : output,
    overwrite,
    signal: shell.signal,
    warn: (message) => void shell.stderr.write(`warning: ${printable(message)}\n`),
  });
  const decrypted = written.files.filter(({ isDecrypted }) => isDecrypted).length;
  shell.stdout.write(
    `${count(written.files.length, 'file')} in ${printableName(shownReference(written.output))}, ` +
      `${decrypted} of them decrypted with ${count(written.keys.length, 'key')}.\n`,
  );
}
