import { MICROSECONDS } from '../base/exact-time.ts';
import { largest } from '../base/largest.ts';

/** Where the images of thumbnails are, and what they show: as a config says it, complete with defaults. */
export interface ThumbnailSource {
  /** Absolute path of a folder; its images count in the natural order of their names. One of this and `files`. */
  readonly folder?: string;
  /** Absolute paths, or references with a scheme, in the order of time. */
  readonly files?: readonly string[];
  /** Seconds from one tile to the next, counted to the microsecond. */
  readonly interval: number;
  /** Tiles beside each other in an image, and below each other; 1 and 1: each image is a picture. */
  readonly columns: number;
  readonly rows: number;
  /** Whether a WebVTT file says where the tiles are, for players that read neither manifest. */
  readonly webvtt: boolean;
}

/** What thumbnails are coded in: their files are copied as they are. */
export type ImageFormat = 'jpeg' | 'png';

/** Still pictures of a title in equal distances, for a seek bar or a menu: images of one size, each a grid of tiles. Plain data. */
export interface ThumbnailSet extends Pick<ThumbnailSource, 'interval' | 'columns' | 'rows'> {
  /** Names its folder in the output: `thumbnails-1`. */
  readonly id: string;
  readonly format: ImageFormat;
  /** Size of an image, of all its tiles together, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Tiles that are shown, the first from the start of the title on. The last image may have room for more. */
  readonly tiles: number;
  /** In the order of time; paths are from the mode's folder. */
  readonly images: readonly { readonly path: string; readonly bytes: number }[];
  /** The WebVTT file that lists the tiles, from the mode's folder. Absent: there is none. */
  readonly webvtt?: string;
}

/** Tiles of an image, read as text is: from left to right, then the next row. */
export const tilesPerImage = ({ columns, rows }: Pick<ThumbnailSet, 'columns' | 'rows'>): number =>
  columns * rows;

/** How long the tiles of an image are shown, in microseconds: a whole number, so that no error grows along the title. */
export const imageMicroseconds = (set: Pick<ThumbnailSet, 'columns' | 'rows' | 'interval'>): number =>
  tilesPerImage(set) * Math.round(set.interval * MICROSECONDS);

/** Size of a tile, in pixels. */
export const tileSize = ({ width, height, columns, rows }: ThumbnailSet) => ({
  width: width / columns,
  height: height / rows,
});

/** Bits a second that loading the images in step with the title takes at most: the largest image over the time that it is for. */
export const thumbnailBandwidth = (set: ThumbnailSet): number =>
  Math.ceil((largest(set.images, ({ bytes }) => bytes) * 8 * MICROSECONDS) / imageMicroseconds(set));

/** Bytes of all images. */
export const bytesOfThumbnails = (sets: readonly ThumbnailSet[] = []): number =>
  sets.reduce((sum, { images }) => sum + images.reduce((own, { bytes }) => own + bytes, 0), 0);
