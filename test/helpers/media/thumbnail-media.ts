import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ThumbnailSource } from '../../../core/media/thumbnails.ts';
import { ffmpeg } from '../commands/command.ts';
import { temporaryFolder } from '../commands/folders.ts';

/** How images of a title are made. */
export interface ThumbnailRequest {
  /** Seconds from one picture to the next. @default 2 */
  readonly interval?: number;
  readonly width?: number;
  readonly height?: number;
  /** @default 1 */
  readonly columns?: number;
  readonly rows?: number;
  /** @default 'jpg' */
  readonly extension?: 'jpg' | 'png';
}

const made = new Map<string, Promise<string>>();

/**
 * Images of a film as people make them for a seek bar, by ffmpeg's `tile` and `fps`, so that each is of the start of its time. Names count
 * from 1 without zeros in front, so that 10 comes before 2 where nobody counts.
 * @returns a folder of the caller's own
 */
export async function thumbnailFolder(film: string, request: ThumbnailRequest = {}): Promise<string> {
  const key = JSON.stringify([film, request]);
  const images = made.get(key) ?? makeImages(film, request);
  made.set(key, images);
  const folder = join(temporaryFolder('thumbnails'), 'images');
  await cp(await images, folder, { recursive: true });
  return folder;
}

async function makeImages(film: string, request: ThumbnailRequest): Promise<string> {
  const { interval = 2, width = 160, height = 90, columns = 1, rows = 1 } = request;
  const { extension = 'jpg' } = request;
  const folder = temporaryFolder('thumbnails');
  const tiles = columns * rows > 1 ? [`tile=${columns}x${rows}`] : [];
  const filter = [`fps=1/${interval}:round=up`, `scale=${width}:${height}`, ...tiles].join();
  await ffmpeg(['-i', film, '-an', '-vf', filter, '-q:v', '4', join(folder, `thumb-%d.${extension}`)]);
  return folder;
}

/** Paths of the images in a folder, in the order of their numbers. */
export async function imagesOf(folder: string): Promise<string[]> {
  const number = (name: string) => Number(/(\d+)\.\w+$/.exec(name)?.[1]);
  const names = await readdir(folder);
  return names.sort((one, other) => number(one) - number(other)).map((name) => join(folder, name));
}

/** A set of thumbnails as a title has it: an image every 2 s, and a WebVTT file, unless more is said. */
export const thumbnailSource = (facts: Partial<ThumbnailSource>): ThumbnailSource => ({
  ...{ interval: 2, columns: 1, rows: 1, webvtt: true },
  ...facts,
});
