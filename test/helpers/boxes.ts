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
