/** Reads a package as verification does, without a source: manifests, then each file once, and hands all to the checks. */
import type { RenditionFacts } from '../../../core/inspect/checks/package-facts.ts';
import { runChecks } from '../../../core/inspect/checks/run-checks.ts';
import { openPackage } from '../../../core/inspect/files/open-package.ts';
import type { Finding } from '../../../core/inspect/findings/finding.ts';
import { readPackage } from '../../../core/inspect/read-package.ts';
import { DAMAGE_KEYS } from './packages.ts';
import { gatherMedia } from './read-media.ts';

/** What the checks find in a folder. */
export async function checkFolder(folder: string): Promise<Finding[]> {
  const files = await openPackage(folder);
  try {
    const packages = await readPackage(files);
    const all = (await files.list?.()) ?? [];
    const found: Finding[] = [];
    const renditions: RenditionFacts[] = [];
    for (const listed of packages.flatMap((one) => one.renditions)) {
      const { media, findings } = await gatherMedia(folder, files, listed);
      found.push(...findings);
      renditions.push({ listed, media });
    }
    const sizes = new Map(all.map(({ path, bytes }) => [path, bytes]));
    const keyOf = (kid: string) => DAMAGE_KEYS.get(kid);
    return runChecks({ packages, renditions, sizes, files: all, keyOf }, found);
  } finally {
    await files.close();
  }
}
