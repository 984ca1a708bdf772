import { toHex } from '../../../base/bytes.ts';

/** What matters of WidevinePsshData, a message of protocol buffers. */
export interface WidevineData {
  readonly kids: readonly string[];
  /** `cenc`, `cbcs`, …; `undefined`: it does not say. */
  readonly scheme: string | undefined;
}

const KEY_ID = 2;
const PROTECTION_SCHEME = 9;

/** @returns the data, or what is wrong with it */
export function readWidevineData(bytes: Uint8Array): WidevineData | string {
  const kids: string[] = [];
  let scheme: string | undefined;
  let at = 0;
  /** A base 128 varint; `undefined`: the data ends in it. */
  const varint = (): number | undefined => {
    let value = 0;
    for (let shift = 1; at < bytes.length; shift *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
    return undefined;
  };
  while (at < bytes.length) {
    const tag = varint();
    const value = tag === undefined ? undefined : (FIXED[tag & 7] ?? varint());
    if (tag === undefined || value === undefined) return 'ends within a field';
    const wire = tag & 7;
    const field = Math.floor(tag / 8);
    if (wire === 0) {
      if (field === PROTECTION_SCHEME) scheme = fourLetters(value);
      continue;
    }
    if (wire !== 2 && FIXED[wire] === undefined) return `has a field of wire type ${wire}`;
    if (at + value > bytes.length) return `has a field of ${value} bytes where ${bytes.length - at} are left`;
    if (field === KEY_ID && wire === 2) {
      if (value !== 16) return `has a key id of ${value} bytes`;
      kids.push(toHex(bytes.subarray(at, at + value)));
    }
    at += value;
  }
  return { kids, scheme };
}

/** Wire types whose values have a length of their own. */
const FIXED: { readonly [wire: number]: number } = { 1: 8, 5: 4 };

const fourLetters = (value: number): string =>
  String.fromCharCode((value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
