import type { ListedAudioGroup, ManifestJob } from '../../contract/hooks.ts';
import type { Packager } from '../../contract/packager.ts';
import { writeThumbnailTracks } from '../thumbnails/for-mode.ts';
import { type CountedFile, CountingTree } from './counting-tree.ts';

/** What a mode's manifests will be. */
export interface RehearsedManifests {
  /** With about their sizes. */
  readonly files: readonly CountedFile[];
  readonly audioGroups: readonly ListedAudioGroup[];
}

/** Let a mode write its manifests for rehearsed renditions. */
export async function rehearseManifests(
  packager: Packager,
  job: Omit<ManifestJob, 'output' | 'tell'>,
): Promise<RehearsedManifests> {
  const output = new CountingTree();
  let audioGroups: readonly ListedAudioGroup[] = [];
  const tell: ManifestJob['tell'] = (facts) => {
    ({ audioGroups } = facts);
  };
  await packager.hooks.emitManifest.for(job.mode).promise({ ...job, output, tell }, job.run);
  await writeThumbnailTracks(job.presentation, output);
  return { files: output.files, audioGroups };
}
