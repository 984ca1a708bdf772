import { BitstreamError } from '../../base/bit-reader.ts';
import type { ProtectedRanges } from '../protected-ranges.ts';
import type { Av1BitReader } from './bit-reader.ts';
import type { TileInfo } from './tile-info.ts';

export interface TileGroup {
  /** Stands where the tile group starts, at the start of a byte of `data`. */
  readonly reader: Av1BitReader;
  readonly data: Uint8Array;
  /** Where the OBU ends. */
  readonly end: number;
  readonly tiles: TileInfo;
  /** Number of the tile that has to come first. */
  readonly first: number;
}

/**
 * Read tile_group_obu() (AV1 specification, 5.11.1) and add the bytes of its tiles, what decode_tile() reads.
 * @returns the number of the tile that has to follow
 */
export function readTileGroup({ reader, data, end, tiles, first }: TileGroup, out: ProtectedRanges): number {
  let last = tiles.count - 1;
  if (tiles.count > 1 && reader.flag()) {
    const start = reader.read(tiles.numberBits);
    if (start !== first) throw new BitstreamError(`has tile ${start} where tile ${first} has to come`);
    last = reader.read(tiles.numberBits);
  } else if (first !== 0) {
    throw new BitstreamError('has all tiles of a frame that has some already');
  }
  if (last < first || last >= tiles.count)
    throw new BitstreamError(`has tiles ${first} to ${last} of ${tiles.count}`);
  reader.align();

  let at = reader.position;
  for (let tile = first; tile < last; tile += 1) {
    const start = at + tiles.sizeBytes;
    let size = 1; // tile_size_minus_1, little-endian
    for (let index = 0; index < tiles.sizeBytes && start <= end; index += 1)
      size += data[at + index]! * 256 ** index;
    if (size > end - start)
      throw new BitstreamError(`has a tile ${tile} of ${size} bytes, but ${end - start} are left`);
    at = start + size;
    out.add(start, at);
  }
  if (at >= end) throw new BitstreamError(`has no bytes left for tile ${last}`);
  out.add(at, end);
  return last + 1;
}
