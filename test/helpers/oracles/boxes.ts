import { box } from '../../../core/base/box.ts';

/** A box of a file. */
export interface FileBox {
  readonly type: string;
  /** Position of its header in the file. */
  readonly start: number;
  /** Header included. */
  readonly bytes: Buffer;
}

/** The boxes at the top of an MP4 file. @throws Error when one does not fit */
export function topLevelBoxes(file: Buffer): FileBox[] {
  const boxes: FileBox[] = [];
  for (let start = 0; start < file.length; ) {
    const short = file.readUInt32BE(start);
    const size = short === 1 ? Number(file.readBigUInt64BE(start + 8)) : short;
    if (size < 8 || start + size > file.length)
      throw new Error(`box at ${start} does not fit: ${size} bytes`);
    const type = file.toString('latin1', start + 4, start + 8);
    boxes.push({ type, start, bytes: file.subarray(start, start + size) });
    start += size;
  }
  return boxes;
}

const HEADER = 8;

export const typeOf = (bytes: Buffer): string => bytes.toString('latin1', 4, HEADER);

/** The boxes in a box that has nothing else. */
export function childrenOf(parent: Buffer): Buffer[] {
  const children: Buffer[] = [];
  for (let at = HEADER; at < parent.length; at += parent.readUInt32BE(at)) {
    children.push(parent.subarray(at, at + parent.readUInt32BE(at)));
  }
  return children;
}

/** The file with other `trak` boxes. Its `moov` must be its last box: what grows there moves no sample. */
export function withTracks(file: Buffer, change: (trak: Buffer, index: number) => Buffer): Buffer {
  const moov = file.lastIndexOf('moov') - 4;
  if (moov + file.readUInt32BE(moov) !== file.length) throw new Error('moov is not the last box');
  let index = 0;
  const content = childrenOf(file.subarray(moov)).map((child) =>
    typeOf(child) === 'trak' ? change(child, index++) : child,
  );
  return Buffer.concat([file.subarray(0, moov), box('moov', ...content)]);
}

const ABOVE_TABLES: ReadonlySet<string> = new Set(['mdia', 'minf', 'stbl']);

/** A `trak` with these tables in place of its own, or behind them. */
export function withTables(trak: Buffer, tables: ReadonlyMap<string, Uint8Array>): Buffer {
  const children = childrenOf(trak).map((child) =>
    ABOVE_TABLES.has(typeOf(child)) ? withTables(child, tables) : (tables.get(typeOf(child)) ?? child),
  );
  const known = new Set(childrenOf(trak).map(typeOf));
  const more = typeOf(trak) === 'stbl' ? [...tables].filter(([type]) => !known.has(type)) : [];
  return Buffer.from(box(typeOf(trak), ...children, ...more.map(([, table]) => table)));
}
