import { PackagerError } from '../../base/errors.ts';
import { readMpd } from '../../inspect/dash/read-mpd.ts';
import { kindOfFile } from '../../inspect/files/manifest-kind.ts';
import { readHls } from '../../inspect/hls/read-hls.ts';
import type { ListedPackage, ListedRendition } from '../../inspect/model/listed-package.ts';
import type { PackageFiles } from '../../inspect/model/places.ts';

/** What to verify: what the manifests say, and files of media that no manifest names. */
export interface Listing {
  readonly packages: readonly ListedPackage[];
  /** Paths of files that stand by themselves. */
  readonly alone: readonly string[];
}

/** Read the manifests of a package. @throws PackagerError for one that cannot be read at all */
export async function listPackages(files: PackageFiles): Promise<Listing> {
  const packages: ListedPackage[] = [];
  const alone: string[] = [];
  for (const root of files.roots) {
    const kind = await kindOfFile(files, root).catch((cause: unknown) => {
      // A file of media is no text.
      if (PackagerError.is(cause)) return 'other' as const;
      throw cause;
    });
    if (kind === 'mpd') packages.push(await readMpd(files, root));
    else if (kind === 'other') alone.push(root);
    else packages.push(await readHls(files, root));
  }
  return { packages, alone };
}

/** A file of media as a manifest would list it: as a whole. */
export const listedAlone = (path: string): ListedRendition => ({
  id: path,
  manifest: path,
  kind: 'unknown',
  set: undefined,
  mimeType: undefined,
  codecs: [],
  bandwidth: undefined,
  averageBandwidth: undefined,
  width: undefined,
  height: undefined,
  frameRate: undefined,
  channels: undefined,
  sampleRate: undefined,
  language: undefined,
  roles: [],
  characteristics: [],
  label: undefined,
  timescale: 1,
  presentationTimeOffset: 0,
  init: undefined,
  index: undefined,
  segments: [
    {
      place: { path, offset: 0, length: undefined },
      start: 0,
      duration: 0,
      keys: [],
      init: undefined,
      discontinuity: false,
      number: 0,
    },
  ],
  isIndexed: false,
  independent: false,
  protection: [],
  targetDuration: undefined,
  tiles: undefined,
});
