import { ForeignReference, References } from '../inspect/files/references.ts';
import type { ListedPackage } from '../inspect/model/listed-package.ts';
import type { PackageFiles } from '../inspect/model/places.ts';

/** Files that key lines name. */
export function keyPaths(files: PackageFiles, packages: readonly ListedPackage[]): Set<string> {
  const paths = new Set<string>();
  for (const { manifest, kind, renditions, sessionKeys } of packages) {
    if (kind !== 'hls') continue;
    const references = new References(files, manifest);
    const named = new Map([[manifest, new Set(sessionKeys.map(({ uri }) => uri))]]);
    for (const { manifest: playlist, segments } of renditions) {
      const uris = named.get(playlist) ?? new Set();
      for (const { keys } of segments) for (const { uri } of keys) uris.add(uri);
      named.set(playlist, uris);
    }
    for (const [playlist, uris] of named)
      for (const uri of uris) {
        const path = uri === undefined ? undefined : pathOf(references, uri, playlist);
        if (path !== undefined) paths.add(path);
      }
  }
  return paths;
}

/** `undefined`: it is no file of the package. */
function pathOf(references: References, uri: string, playlist: string): string | undefined {
  try {
    return references.pathOf(uri, references.addressOf(playlist));
  } catch (cause) {
    if (!(cause instanceof ForeignReference)) throw cause;
    return undefined;
  }
}
