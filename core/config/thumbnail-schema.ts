import type { SchemaObject } from 'ajv';
import type { ThumbnailSource } from '../media/thumbnails.ts';
import { conditional } from './conditional-schema.ts';

/**
 * Images of a title in equal distances, the first of its start: for seek bars and menus. JPEG or PNG, all of one size.
 *
 * @example
 * thumbnails: { folder: 'thumbs', interval: 10 } // an image every 10 s
 * thumbnails: { folder: 'sprites', interval: 5, columns: 10, rows: 10 } // sprites of 10 × 10 tiles, one every 5 s
 */
export interface ThumbnailOptions {
  /** A folder with the images and nothing else, in the natural order of their names. Either this or `files`. */
  readonly folder?: string | undefined;
  /** The images, in the order of time. */
  readonly files?: readonly string[] | undefined;
  /** Seconds from one tile to the next, 0.04 to 3600. */
  readonly interval: number;
  /** Tiles beside each other in an image, at most 100. @default 1 */
  readonly columns?: number | undefined;
  /** Tiles below each other in an image, at most 100. @default 1 */
  readonly rows?: number | undefined;
  /** Write `thumbnails.vtt`, for players that find thumbnails in no manifest. @default true */
  readonly webvtt?: boolean | undefined;
}

const tiles: SchemaObject = { type: 'integer', minimum: 1, maximum: 100 };

const oneOf = (there: string, absent: string): SchemaObject => ({
  required: [there],
  not: { required: [absent] },
});

const set: SchemaObject = {
  type: 'object',
  description: 'a set of images such as { folder: "thumbs", interval: 10 }',
  properties: {
    folder: { type: 'string', minLength: 1, description: 'the path of a folder' },
    files: {
      type: 'array',
      items: { type: 'string', minLength: 1, description: 'the path of an image' },
      minItems: 1,
    },
    interval: { type: 'number', minimum: 0.04, maximum: 3600, description: 'seconds, from 0.04 to 3600' },
    columns: tiles,
    rows: tiles,
    webvtt: { type: 'boolean' },
  },
  required: ['interval'],
  additionalProperties: false,
  allOf: [
    {
      // What is no object has been told as that.
      anyOf: [{ not: { type: 'object' } }, oneOf('folder', 'files'), oneOf('files', 'folder')],
      description: 'either `folder` or `files`',
    },
  ],
};

export const THUMBNAIL_SCHEMA: SchemaObject = conditional(
  { type: 'array' },
  { type: 'array', items: set, maxItems: 20 },
  set,
);

/** As the engine has them. */
export const thumbnailsOf = (
  options: ThumbnailOptions | readonly ThumbnailOptions[],
): readonly ThumbnailSource[] =>
  listOf(options).map(({ folder, files, interval, columns = 1, rows = 1, webvtt = true }) => ({
    ...(folder !== undefined && { folder }),
    ...(files !== undefined && { files }),
    interval,
    columns,
    rows,
    webvtt,
  }));

/** One set, or several. */
export const listOf = (
  options: ThumbnailOptions | readonly ThumbnailOptions[],
): readonly ThumbnailOptions[] => (Array.isArray(options) ? options : [options as ThumbnailOptions]);
