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

/** `size`, `type`, then the parts; a string is four-character codes and other Latin-1 text. */
export const box = (type: string, ...parts: readonly Parts[]): Box => begun(type, 8, parts);

/** A box with `version` and 24 bits of `flags`. */
export function fullBox(type: string, version: number, flags: number, ...parts: readonly Parts[]): Box {
  const out = begun(type, 12, parts);
  out.set(u32(version * 0x1_00_00_00 + flags), 8);
  return out;
}

/** The parts behind a head, of which size and type are written. */
function begun(type: string, headBytes: number, parts: readonly Parts[]): Box {
  const out = new Uint8Array(headBytes + lengthOf(parts));
  out.set(u32(out.length));
  putText(out, 4, type);
  put(out, headBytes, parts);
  return out;
}

function lengthOf(parts: readonly Parts[]): number {
  let bytes = 0;
  for (const part of parts) bytes += isOne(part) ? part.length : lengthOf(part);
  return bytes;
}

/** @returns where the next part goes */
function put(out: Uint8Array, start: number, parts: readonly Parts[]): number {
  let at = start;
  for (const part of parts) {
    if (!isOne(part)) at = put(out, at, part);
    else {
      if (typeof part === 'string') putText(out, at, part);
      else out.set(part, at);
      at += part.length;
    }
  }
  return at;
}

const isOne = (part: Parts): part is Part => typeof part === 'string' || part instanceof Uint8Array;

function putText(out: Uint8Array, start: number, text: string): void {
  for (let n = 0; n < text.length; n++) out[start + n] = text.charCodeAt(n);
}
