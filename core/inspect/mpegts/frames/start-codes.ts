import type { GrowingColumn } from '../../../base/growing-column.ts';

const START_CODE = Buffer.from([0, 0, 1]);

/**
 * The NAL units of a byte stream (ITU-T H.264, Annex B): where their headers are, and their ends, without trailing zeros.
 * @param from where the bytes begin that are looked at
 */
export function findUnits(
  bytes: Buffer,
  from: number,
  end: number,
  starts: GrowingColumn,
  ends: GrowingColumn,
): void {
  // A view that ends where the search is to end.
  const stream = bytes.subarray(0, end);
  let at = stream.indexOf(START_CODE, from);
  while (at >= 0) {
    const next = stream.indexOf(START_CODE, at + 3);
    let to = next < 0 ? end : next;
    while (to > at + 3 && bytes[to - 1] === 0) to -= 1;
    starts.push(at + 3);
    ends.push(to);
    at = next;
  }
}

/** Where the start code of a NAL unit begins: with zero_byte, where it has one. */
export const startCodeOf = (bytes: Uint8Array, unit: number): number =>
  unit >= 4 && bytes[unit - 4] === 0 ? unit - 4 : unit - 3;

/** The bytes of a NAL unit without emulation prevention, as far as `most` bytes of it. */
export function rawBytes(bytes: Uint8Array, start: number, end: number, most = end - start): Uint8Array {
  const out = new Uint8Array(Math.min(most, end - start));
  let length = 0;
  let zeros = 0;
  for (let at = start; at < end && length < out.length; at++) {
    const byte = bytes[at]!;
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    out[length] = byte;
    length += 1;
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return out.subarray(0, length);
}
