import { compareImages, type ImageSet } from '../../inspect/compare/compare-images.ts';
import type { Verification } from '../../inspect/findings/finding.ts';
import type { ListedRendition } from '../../inspect/model/listed-package.ts';
import type { PackageFiles } from '../../inspect/model/places.ts';

/** Compare the images of a rendition with those of the source. @param sets absent: there is no source */
export async function compareListedImages(
  files: Pick<PackageFiles, 'open'>,
  { id: rendition, segments }: ListedRendition,
  sets: readonly ImageSet[] | undefined,
): Promise<Pick<Verification, 'findings' | 'claims'>> {
  const places = segments.map(({ place }) => place);
  const read = async (index: number): Promise<Uint8Array> => {
    const { path, offset, length } = places[index]!;
    const file = await files.open(path);
    try {
      const bytes = new Uint8Array(length ?? file.size - offset);
      await file.read(offset, [bytes]);
      return bytes;
    } finally {
      await file.close();
    }
  };
  const count = places.length;
  if (!sets) {
    const why = 'there is no source to compare with';
    return { findings: [], claims: [{ rendition, what: 'images', assurance: 'form', count, why }] };
  }
  return compareImages({ rendition, count, read, fileOf: (index) => places[index]!.path }, sets);
}
