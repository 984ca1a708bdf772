import type { ListedRendition } from '../model/listed-package.ts';
import type { PackageFiles } from '../model/places.ts';
import { type ImageSize, imageSize } from './image-size.ts';

/** Bytes in which the header of an image is looked for: colour profiles and previews stand before it. */
const HEAD = 256 * 2 ** 10;

/** An image of a thumbnail track whose header says its size. */
export interface ImageFacts extends ImageSize {
  readonly file: string;
  /** Index in the list of segments. */
  readonly segment: number;
}

/**
 * The sizes of a rendition's images. Formats that are not known are left out.
 * @throws PackagerError INPUT_NOT_FOUND, INPUT_NOT_READABLE
 */
export async function readImages(
  files: Pick<PackageFiles, 'open'>,
  { segments }: Pick<ListedRendition, 'segments'>,
): Promise<ImageFacts[]> {
  const images: ImageFacts[] = [];
  for (const [segment, { place, isGap }] of segments.entries()) {
    if (isGap) continue;
    const source = await files.open(place.path);
    try {
      const length = place.length ?? source.size - place.offset;
      const head = Buffer.alloc(Math.max(0, Math.min(HEAD, length)));
      await source.read(place.offset, [head]);
      const size = imageSize(head);
      if (size) images.push({ ...size, file: place.path, segment });
    } finally {
      await source.close();
    }
  }
  return images;
}
