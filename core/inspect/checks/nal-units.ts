import type { MediaEntry } from '../model/media-track.ts';

/** What must be known of a codec with NAL units to see which of their bytes are encrypted. */
export interface NalRules {
  /** Bytes of the length before each unit. */
  readonly lengthSize: number;
  /** Does a unit hold data of a picture, by its first byte (ITU-T H.264, 7.3.1; H.265, 7.3.1.2)? */
  isSlice(first: number): boolean;
}

const AVC = ['avc1', 'avc2', 'avc3', 'avc4'];
const HEVC = ['hvc1', 'hev1', 'hvc2', 'hev2'];
/** Formats of Dolby Vision: the same configuration records lie in the entries. */
const DOLBY_AVC = ['dva1', 'dvav'];
const DOLBY_HEVC = ['dvh1', 'dvhe'];

/** `undefined`: it has no NAL units, or nothing says how long their lengths are. */
export function nalRules({ format, config }: MediaEntry): NalRules | undefined {
  if ([...AVC, ...DOLBY_AVC].includes(format) && config.length > 4)
    return {
      lengthSize: (config[4]! & 3) + 1,
      isSlice: (first) => (first & 0x1f) >= 1 && (first & 0x1f) <= 5,
    };
  if ([...HEVC, ...DOLBY_HEVC].includes(format) && config.length > 21)
    return { lengthSize: (config[21]! & 3) + 1, isSlice: (first) => ((first >> 1) & 0x3f) < 32 };
  return undefined;
}

/** Slices shorter than this may be all header, and the rest of a block: such a header has weights of many references. */
export const LONGEST_HEADER = 272;

/** What was found in a sample; used again for the next one. Places in the sample, -1: nothing is wrong. */
export interface NalFinding {
  /** Of a slice with a picture's data in the clear. */
  clearSlice: number;
  /** Of a unit whose length or first byte is encrypted. */
  encryptedHeader: number;
}

/**
 * Go over the units of a protected sample, and say where its bytes are clear that must not be, or encrypted.
 * @param bytes the decrypted sample
 * @param rows clear and protected lengths, two a row
 */
export function checkNalUnits(
  bytes: Uint8Array,
  rows: Uint32Array,
  rules: NalRules,
  found: NalFinding,
): void {
  found.clearSlice = -1;
  found.encryptedHeader = -1;
  let row = 0;
  /** Where the protected part of the row begins and ends in the sample. */
  let from = rows[0] ?? bytes.length;
  let to = from + (rows[1] ?? 0);
  const next = (): void => {
    row += 2;
    from = row < rows.length ? to + rows[row]! : bytes.length;
    to = row < rows.length ? from + rows[row + 1]! : bytes.length;
  };
  for (let at = 0; at + rules.lengthSize < bytes.length; ) {
    while (to <= at && row < rows.length) next();
    // What hides a length hides all that follows.
    if (from < to && from <= at + rules.lengthSize) {
      found.encryptedHeader = at;
      return;
    }
    let length = 0;
    for (let byte = 0; byte < rules.lengthSize; byte++) length = length * 256 + bytes[at + byte]!;
    const unit = at + rules.lengthSize;
    const end = unit + length;
    if (length === 0 || end > bytes.length) return; // its form is for others to judge
    let sealed = 0;
    let lead = -1;
    while (row < rows.length && from < end) {
      const part = Math.min(to, end) - Math.max(from, unit);
      if (part > 0 && lead < 0) lead = Math.max(from, unit) - unit;
      sealed += Math.max(0, part);
      if (to > end) break;
      next();
    }
    if (rules.isSlice(bytes[unit]!) && found.clearSlice < 0) {
      const clear = sealed === 0 ? length : Math.max(lead, length - sealed);
      if (clear > LONGEST_HEADER) found.clearSlice = at;
    }
    at = end;
  }
}
