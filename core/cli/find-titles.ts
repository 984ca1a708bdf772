import type { Parts, TitleParts } from './parts.ts';
import type { RunFlags } from './program.ts';
import type { Shell } from './shell.ts';
import type { Titles } from './titles.ts';

/** The titles of a config, of a manifest or of the command line. What is loaded for many titles is loaded for many titles alone. */
export async function findTitles(
  inputs: readonly string[],
  flags: RunFlags,
  shell: Pick<Shell, 'cwd' | 'env' | 'signal' | 'stderr'>,
  parts: TitleParts,
): Promise<Titles> {
  const { manifest } = flags;
  if (manifest !== undefined) {
    const { prepareManifest } = await import('./prepare-manifest.ts');
    return prepareManifest(manifest, inputs, flags, shell, parts);
  }
  const { prepareList } = await import('./prepare-titles.ts');
  return prepareList(inputs, flags, shell, parts);
}

/** The same for what packages nothing. */
export const findPossibleTitles = async (
  flags: RunFlags,
  shell: Pick<Shell, 'cwd' | 'env' | 'signal' | 'stderr'>,
  parts: () => Promise<Parts>,
  inputs: readonly string[] = [],
): Promise<Titles> => findTitles(inputs, flags, shell, { ...(await parts()), inputs: 'optional' });
