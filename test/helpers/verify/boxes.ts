/** A box of ISO/IEC 14496-12, 4.2, where it lies. */
export interface BoxAt {
  readonly type: string;
  /** Of its header. */
  readonly start: number;
  /** Behind its header. */
  readonly body: number;
  readonly end: number;
}

/** The boxes between two places. @throws Error when they do not fill it exactly */
export function boxesBetween(bytes: Buffer, from: number, to: number): BoxAt[] {
  const boxes: BoxAt[] = [];
  for (let start = from; start < to; ) {
    if (to - start < 8) throw new Error(`${to - start} bytes at ${start} are no box`);
    const short = bytes.readUInt32BE(start);
    const size = short === 1 ? Number(bytes.readBigUInt64BE(start + 8)) : short;
    const header = short === 1 ? 16 : 8;
    const type = bytes.toString('latin1', start + 4, start + 8);
    if (size < header || start + size > to) throw new Error(`"${type}" at ${start} has ${size} bytes`);
    boxes.push({ type, start, body: start + header, end: start + size });
    start += size;
  }
  return boxes;
}

/** The boxes of a type in a box that holds nothing but boxes. */
export const childrenOf = (bytes: Buffer, parent: BoxAt, type: string): BoxAt[] =>
  boxesBetween(bytes, parent.body, parent.end).filter((box) => box.type === type);

/** The one box at the end of a path. @throws Error when one is missing, or there are several */
export function boxBelow(bytes: Buffer, parent: BoxAt, ...path: readonly string[]): BoxAt {
  return path.reduce((inside, type) => {
    const [child, another] = childrenOf(bytes, inside, type);
    if (!child || another) throw new Error(`"${inside.type}" has ${child ? 'several' : 'no'} "${type}"`);
    return child;
  }, parent);
}
