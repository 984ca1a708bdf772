import { concat } from './bytes.ts';

/** A box is its bytes (ISO/IEC 14496-12, 4.2). These writers are for headers; media payload never passes through. */
export type Box = Uint8Array;

type Part = Uint8Array | string;

/** A list is handed over as it is: as arguments, the rows of a long title would be too many for the call stack. */
type Parts = Part | readonly Part[];

const LIMITS = { 1: 0xff, 2: 0xffff, 4: 0xffff_ffff, 8: Number.MAX_SAFE_INTEGER } as const;

function unsigned(value: number, bytes: 1 | 2 | 4 | 8): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > LIMITS[bytes]) {
    throw new RangeError(`${value} does not fit into ${bytes * 8} unsigned bits`);
  }
  const out = new Uint8Array(bytes);
  for (let at = bytes - 1, rest = value; at >= 0; at--, rest = Math.floor(rest / 256)) out[at] = rest % 256;
  return out;
}

export const u8 = (value: number): Uint8Array => unsigned(value, 1);
export const u16 = (value: number): Uint8Array => unsigned(value, 2);
export const u32 = (value: number): Uint8Array => unsigned(value, 4);
export const u64 = (value: number): Uint8Array => unsigned(value, 8);

/** Zero bytes, for reserved fields. */
export const zeros = (bytes: number): Uint8Array => new Uint8Array(bytes);

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** `size`, `type`, then the parts; a string is four-character codes and other Latin-1 text. */
export function box(type: string, ...parts: readonly Parts[]): Box {
  const body = parts.flat().map((part) => (typeof part === 'string' ? latin1(part) : part));
  const size = 8 + body.reduce((sum, part) => sum + part.length, 0);
  return concat([u32(size), latin1(type), ...body]);
}

/** A box with `version` and 24 bits of `flags`. */
export const fullBox = (type: string, version: number, flags: number, ...parts: readonly Parts[]): Box =>
  box(type, u32(version * 0x1_00_00_00 + flags), parts.flat());
