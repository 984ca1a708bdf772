import { viewOf } from '../base/bytes.ts';
import type { Colours } from './picture-format.ts';

const NCLX = 0x6e636c78;
/** Without a range. */
const NCLC = 0x6e636c63;

/** The payload of a `colr` box with colours by number (ISO/IEC 14496-12, 12.1.5), or QuickTime's; `undefined` for a profile. */
export function parseNclx(colr: Uint8Array | undefined): Colours | undefined {
  if (colr === undefined || colr.length < 10) return undefined;
  const view = viewOf(colr);
  const type = view.getUint32(0);
  if (type !== NCLC && !(type === NCLX && colr.length > 10)) return undefined;
  const [primaries, transfer, matrix] = [view.getUint16(4), view.getUint16(6), view.getUint16(8)];
  return { primaries, transfer, matrix, fullRange: type === NCLX && view.getUint8(10) >= 0x80 };
}
