import { toHex, viewOf } from '../../../base/bytes.ts';

/** A `pssh` box (ISO/IEC 23001-7, 8.1). */
export interface PsshBox {
  /** 32 hexadecimal digits. */
  readonly systemId: string;
  readonly kids: readonly string[];
  readonly data: Uint8Array;
}

const HEADER = 12;
const ID = 16;

/** @returns the box, or what is wrong with it: completes `the "pssh" … …` */
export function readPssh(bytes: Uint8Array): PsshBox | string {
  const view = viewOf(bytes);
  if (bytes.length < HEADER + ID + 4) return 'is shorter than such a box is';
  if (Buffer.from(bytes.subarray(4, 8)).toString('latin1') !== 'pssh') return 'is no "pssh" box';
  if (view.getUint32(0) !== bytes.length) return `says ${view.getUint32(0)} bytes and has ${bytes.length}`;
  const version = bytes[8]!;
  if (version > 1) return `has version ${version}, which no player knows`;
  let at = HEADER + ID;
  const kids: string[] = [];
  if (version === 1) {
    const count = view.getUint32(at);
    at += 4;
    if (at + count * ID + 4 > bytes.length) return `has no room for the ${count} key ids that it lists`;
    for (let index = 0; index < count; index++, at += ID) kids.push(toHex(bytes.subarray(at, at + ID)));
  }
  const size = view.getUint32(at);
  if (at + 4 + size !== bytes.length) return `says ${size} bytes of data and has ${bytes.length - at - 4}`;
  return {
    systemId: toHex(bytes.subarray(HEADER, HEADER + ID)),
    kids,
    data: bytes.subarray(at + 4),
  };
}
