import { isManifestName } from '../../inspect/files/find-roots.ts';
import { finding } from '../../inspect/findings/make.ts';
import type { ListedPackage, ListedRendition } from '../../inspect/model/listed-package.ts';
import type { PackageFiles } from '../../inspect/model/places.ts';
import { readRoots } from '../../inspect/read-package.ts';
import { headOf, isMedia } from './media-kind.ts';
import { summaryOf } from './summary.ts';
import type { PackageVerification } from './verification.ts';

/** What to verify: what the manifests say, and files of media that no manifest names. */
export interface Listing {
  readonly packages: readonly ListedPackage[];
  /** Manifests of which nothing can be read: they are faulty. */
  readonly unread: readonly PackageVerification[];
  /** Paths of files that stand by themselves. */
  readonly alone: readonly string[];
}

/** Read the manifests of a package. @throws PackagerError as opening files does */
export async function listPackages(files: PackageFiles): Promise<Listing> {
  const { packages, unread, others } = await readRoots(files);
  const faulty = unread.map(({ path, kind, error }) => unreadable(path, kind, error.message));
  const alone: string[] = [];
  for (const path of others) {
    const head = await headOf(files, path);
    if (!isManifestName(path) || isMedia(head)) alone.push(path);
    else {
      const why = head.length === 0 ? 'it is empty' : 'it begins as no manifest does';
      const kind = path.toLowerCase().endsWith('.mpd') ? 'mpd' : 'hls';
      faulty.push(unreadable(path, kind, `${path} cannot be read: ${why}.`));
    }
  }
  return { packages, unread: faulty, alone };
}

function unreadable(path: string, kind: PackageVerification['kind'], message: string): PackageVerification {
  const findings = [finding('DAMAGED', { file: path }, message)];
  return { path, kind, verdict: 'faulty', summary: summaryOf('faulty', findings, []), findings, claims: [] };
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
