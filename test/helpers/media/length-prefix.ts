import { concat } from '../../../core/base/bytes.ts';

/** A NAL unit with its length in front, in `size` bytes (ISO/IEC 14496-15). */
export function lengthPrefixed(nal: Uint8Array, size = 4): Uint8Array {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, nal.length);
  return concat([length.subarray(4 - size), nal]);
}
