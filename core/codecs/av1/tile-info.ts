import type { Av1BitReader } from './bit-reader.ts';
import type { FrameSize } from './frame-size.ts';

/** How a frame is cut into tiles, as far as tile groups need it. */
export interface TileInfo {
  readonly count: number;
  /** Bits of a tile's number in a tile group: TileColsLog2 + TileRowsLog2. */
  readonly numberBits: number;
  /** Bytes of the size in front of each tile but the last of a group; 0 for a single tile. */
  readonly sizeBytes: number;
}

/** Limits of a tile in pixels, and of their number (AV1 specification, 3). */
const MAX_TILE_WIDTH = 4096;
const MAX_TILE_AREA = 4096 * 2304;
const MAX_TILE_COLS = 64;
const MAX_TILE_ROWS = 64;

/** tile_info() (5.9.15). */
export function readTileInfo(reader: Av1BitReader, size: FrameSize, superblocks128: boolean): TileInfo {
  const superblock = superblocks128 ? 128 : 64;
  const columns = Math.ceil(size.width / superblock);
  const rows = Math.ceil(size.height / superblock);
  const maxWidth = MAX_TILE_WIDTH / superblock;
  const minColumnsLog2 = tileLog2(maxWidth, columns);
  const minTilesLog2 = Math.max(minColumnsLog2, tileLog2(MAX_TILE_AREA / superblock ** 2, rows * columns));

  const uniform = reader.flag(); // uniform_tile_spacing_flag
  let [tileColumns, tileRows, columnsLog2, rowsLog2] = [0, 0, 0, 0];
  if (uniform) {
    columnsLog2 = readIncrements(reader, minColumnsLog2, tileLog2(1, Math.min(columns, MAX_TILE_COLS)));
    const minRowsLog2 = Math.max(minTilesLog2 - columnsLog2, 0);
    rowsLog2 = readIncrements(reader, minRowsLog2, tileLog2(1, Math.min(rows, MAX_TILE_ROWS)));
    tileColumns = Math.ceil(columns / Math.ceil(columns / 2 ** columnsLog2));
    tileRows = Math.ceil(rows / Math.ceil(rows / 2 ** rowsLog2));
  } else {
    const across = readSpans(reader, columns, maxWidth);
    const area = minTilesLog2 > 0 ? (rows * columns) >> (minTilesLog2 + 1) : rows * columns;
    const down = readSpans(reader, rows, Math.max(Math.floor(area / across.widest), 1));
    [tileColumns, tileRows] = [across.count, down.count];
    [columnsLog2, rowsLog2] = [tileLog2(1, tileColumns), tileLog2(1, tileRows)];
  }

  const numberBits = columnsLog2 + rowsLog2;
  const count = tileColumns * tileRows;
  if (numberBits === 0) return { count, numberBits, sizeBytes: 0 };
  reader.skip(numberBits); // context_update_tile_id
  return { count, numberBits, sizeBytes: reader.read(2) + 1 };
}

/** tile_log2(): the smallest k with size × 2^k ≥ target. */
function tileLog2(size: number, target: number): number {
  let log = 0;
  while (size * 2 ** log < target) log += 1;
  return log;
}

/** A logarithm that ones count up from `least`, at most to `most`. */
function readIncrements(reader: Av1BitReader, least: number, most: number): number {
  let value = least;
  while (value < most && reader.flag()) value += 1;
  return value;
}

/** Tiles whose sizes are stated, in superblocks, until they fill `length`. */
function readSpans(reader: Av1BitReader, length: number, most: number): { count: number; widest: number } {
  let [count, widest] = [0, 0];
  for (let start = 0; start < length; count += 1) {
    const span = reader.ns(Math.min(length - start, most)) + 1;
    widest = Math.max(widest, span);
    start += span;
  }
  return { count, widest };
}
