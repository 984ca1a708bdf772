import type { ImageFormat } from '../../media/thumbnails.ts';
import { BadImage, type ImageSize } from './bad-image.ts';
import { readJpeg } from './jpeg.ts';
import { readPng } from './png.ts';

/** What the header of an image says of it. */
export interface ImageFacts extends ImageSize {
  readonly format: ImageFormat;
}

/**
 * Read the size of a whole image. Pictures are not decoded; but what a copy that broke off leaves, and files of other kinds, are
 * found.
 * @throws BadImage for what is neither JPEG nor PNG, or damaged
 */
export function readImage(bytes: Uint8Array): ImageFacts {
  const jpeg = readJpeg(bytes);
  if (jpeg) return { format: 'jpeg', ...jpeg };
  const png = readPng(bytes);
  if (png) return { format: 'png', ...png };
  throw new BadImage('is neither a JPEG nor a PNG image');
}
