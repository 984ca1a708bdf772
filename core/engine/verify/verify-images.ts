import { compareImages, type SourceImages } from '../../inspect/compare/compare-images.ts';
import type { Claim, Finding } from '../../inspect/findings/finding.ts';
import type { ListedRendition } from '../../inspect/model/listed-package.ts';
import type { PackageFiles } from '../../inspect/model/places.ts';
import { readPlace } from './read-place.ts';

/** Compare the images of a rendition with the sets of the source, bit for bit. @param sources absent: there is nothing to compare with */
export async function verifyImages(
  files: Pick<PackageFiles, 'open'>,
  { id: rendition, manifest, segments, tiles }: ListedRendition,
  sources: readonly SourceImages[] | undefined,
): Promise<{ readonly findings: readonly Finding[]; readonly claims: readonly Claim[] }> {
  const places = segments.map(({ place }) => place);
  if (!sources) {
    const why = 'there is no source to compare with';
    const claim: Claim = { rendition, what: 'images', assurance: 'form', count: places.length, why };
    return { findings: [], claims: [claim] };
  }
  const read = (index: number): Promise<Uint8Array> => readPlace(files, places[index]!);
  const fileOf = (index: number) => places[index]!.path;
  const output = { rendition, manifest, count: places.length, read, fileOf, tiles, segments };
  return compareImages(output, sources);
}
