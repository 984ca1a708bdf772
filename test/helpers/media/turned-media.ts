import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DisplayMatrix, ONE } from '../../../core/media/orientation.ts';
import { temporaryFolder } from '../commands/folders.ts';
import { oddMedia } from './odd-media.ts';

/** Matrices of cameras and editors, as they stand in `tkhd`. */
export const MATRICES = {
  /** A telephone held upright: moved back into the picture, too. */
  portrait: [0, ONE, -ONE, 0, 360 * ONE, 0],
  counterClockwise: [0, -ONE, ONE, 0, 0, 0],
  upsideDown: [-ONE, 0, 0, -ONE, 0, 0],
  mirrored: [-ONE, 0, 0, ONE, 0, 0],
  /** By 30°. */
  askew: [56_756, 32_768, -32_768, 56_756, 0, 0],
} as const satisfies Readonly<Record<string, DisplayMatrix>>;

/** Bytes from the type of a header to its matrix, version 0. */
const TRACK_MATRIX = 4 + 40;
const MOVIE_MATRIX = 4 + 36;

/** A film whose picture is turned, by the matrix of the track or of the movie. */
export function turnedFilm(film: Uint8Array, matrix: DisplayMatrix, where: 'tkhd' | 'mvhd'): Buffer {
  const turned = Buffer.from(film);
  const at = turned.indexOf(where, 0, 'latin1') + (where === 'tkhd' ? TRACK_MATRIX : MOVIE_MATRIX);
  const [a, b, c, d, x, y] = matrix;
  for (const [index, value] of [a, b, 0, c, d, 0, x, y, 0x4000_0000].entries())
    turned.writeInt32BE(value, at + 4 * index);
  return turned;
}

/** The same as a file. */
export async function turnedFile(matrix: DisplayMatrix, where: 'tkhd' | 'mvhd' = 'tkhd'): Promise<string> {
  const path = join(temporaryFolder('turned'), 'turned.mp4');
  await writeFile(path, turnedFilm(await readFile(await oddMedia('moov-last')), matrix, where));
  return path;
}
