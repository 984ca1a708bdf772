import { readFile } from 'node:fs/promises';
import { type BoxAt, boxesBetween } from '../verify/boxes.ts';

/** A subsegment of a file with `sidx`. */
export interface Subsegment {
  readonly offset: number;
  readonly size: number;
  /** Seconds. */
  readonly start: number;
  readonly duration: number;
}

/** What the `sidx` of a file says (ISO/IEC 14496-12, 8.16.3). @throws Error when there is none, or it is of version 0 */
export async function readIndex(path: string): Promise<Subsegment[]> {
  const bytes = await readFile(path);
  const sidx = boxesBetween(bytes, 0, bytes.length).find(({ type }) => type === 'sidx');
  if (!sidx) throw new Error(`${path} has no "sidx"`);
  return parseIndex(bytes, sidx, sidx.end);
}

/** @param behind where in the file the box ends: offsets count from there. @throws Error when it is of version 0 */
export function parseIndex(bytes: Buffer, sidx: BoxAt, behind: number): Subsegment[] {
  if (bytes[sidx.body] !== 1) throw new Error('"sidx" is not of version 1');
  const timescale = bytes.readUInt32BE(sidx.body + 8);
  let ticks = Number(bytes.readBigUInt64BE(sidx.body + 12));
  let offset = behind + Number(bytes.readBigUInt64BE(sidx.body + 20));
  return Array.from({ length: bytes.readUInt16BE(sidx.body + 30) }, (_, row) => {
    const at = sidx.body + 32 + 12 * row;
    const [size, duration] = [bytes.readUInt32BE(at) & 0x7fff_ffff, bytes.readUInt32BE(at + 4)];
    const subsegment = { offset, size, start: ticks / timescale, duration: duration / timescale };
    offset += size;
    ticks += duration;
    return subsegment;
  });
}
