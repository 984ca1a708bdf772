import type { ProtectedBytes } from '../protected-bytes.ts';

const LEADER = 16;
const BLOCK = 16;

/** The bytes of an audio frame that SAMPLE-AES protects: 16 stay clear, then whole blocks, then what is left over stays clear. */
export function addSampleAesFrame(start: number, end: number, ranges: ProtectedBytes): void {
  const first = start + LEADER;
  const last = first + Math.floor((end - first) / BLOCK) * BLOCK;
  if (last > first) ranges.add(first, last);
}
