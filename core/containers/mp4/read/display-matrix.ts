import { viewOf } from '../../../base/bytes.ts';
import { combined, type DisplayMatrix, effective } from '../../../media/orientation.ts';

/** Bytes from the version of `tkhd` and `mvhd` to their matrix, in version 0; times take 12 bytes more in version 1. */
const TRACK_MATRIX = 40;
const MOVIE_MATRIX = 36;
const LONGER_TIMES = 12;

/** u, v and w, which only pictures in perspective would need, are left alone. */
function matrixAt(header: Uint8Array, position: number): DisplayMatrix {
  const at = position + (header[0] === 1 ? LONGER_TIMES : 0);
  const view = viewOf(header);
  const value = (index: number): number => view.getInt32(at + 4 * index);
  return [value(0), value(1), value(3), value(4), value(6), value(7)];
}

/**
 * How a track's pictures are to be shown: by the matrix of the track, then by that of the movie (ISO/IEC 14496-12, 8.2.2 and 8.3.2).
 * @param tkhd and `mvhd`: payloads
 * @returns `undefined` where that is as they are coded
 * @throws RangeError when a header is cut short
 */
export function displayMatrix(tkhd: Uint8Array, mvhd: Uint8Array): DisplayMatrix | undefined {
  const [track, movie] = [matrixAt(tkhd, TRACK_MATRIX), matrixAt(mvhd, MOVIE_MATRIX)];
  return effective(effective(movie) ? combined(track, movie) : track);
}
