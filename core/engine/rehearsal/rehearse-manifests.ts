import type { ManifestJob } from '../../contract/hooks.ts';
import type { Packager } from '../../contract/packager.ts';
import { writeThumbnailTracks } from '../thumbnails/for-mode.ts';
import { type CountedFile, CountingTree } from './counting-tree.ts';

/** Let a mode write its manifests for rehearsed renditions: their names, and about their sizes. */
export async function rehearseManifests(
  packager: Packager,
  job: Omit<ManifestJob, 'output'>,
): Promise<readonly CountedFile[]> {
  const output = new CountingTree();
  await packager.hooks.emitManifest.for(job.mode).promise({ ...job, output }, job.run);
  await writeThumbnailTracks(job.presentation, output);
  return output.files;
}
