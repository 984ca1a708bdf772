import type { Colours } from './picture-format.ts';

/** The payload of a `colr` box with on-screen colours (ISO/IEC 14496-12, 12.1.5); `undefined` for one of another type. */
export function parseNclx(colr: Uint8Array | undefined): Colours | undefined {
  if (colr === undefined || colr.length < 11) return undefined;
  const view = new DataView(colr.buffer, colr.byteOffset, colr.byteLength);
  if (view.getUint32(0) !== 0x6e636c78) return undefined; // "nclx"
  const [primaries, transfer, matrix] = [view.getUint16(4), view.getUint16(6), view.getUint16(8)];
  return { primaries, transfer, matrix, fullRange: view.getUint8(10) >= 0x80 };
}
