/** What `esds` says (ISO/IEC 14496-1, 7.2.6). */
export interface ElementaryStream {
  /** objectTypeIndication. */
  readonly objectType: number;
  /** DecoderSpecificInfo; empty where there is none. */
  readonly specific: Uint8Array;
}

const [ES, DECODER, SPECIFIC] = [3, 4, 5];

/** @param payload of `esds`, with version and flags @returns `undefined` where it is cut short */
export function readElementaryStream(payload: Uint8Array): ElementaryStream | undefined {
  const stream = descriptor(payload, 4, ES);
  const flags = stream?.[2];
  if (!stream || flags === undefined) return undefined;
  const url = flags & 0x40 ? 1 + (stream[flags & 0x80 ? 5 : 3] ?? 0) : 0;
  const decoder = descriptor(stream, 3 + (flags & 0x80 ? 2 : 0) + url + (flags & 0x20 ? 2 : 0), DECODER);
  const objectType = decoder?.[0];
  if (!decoder || objectType === undefined) return undefined;
  return { objectType, specific: descriptor(decoder, 13, SPECIFIC) ?? new Uint8Array(0) };
}

/** The first descriptor of a kind at or behind a place. */
function descriptor(bytes: Uint8Array, from: number, tag: number): Uint8Array | undefined {
  for (let at = from; at + 2 <= bytes.length; ) {
    const found = bytes[at++];
    let length = 0;
    for (let digit = 0; digit < 4; digit++) {
      const byte = bytes[at++] ?? 0;
      length = length * 128 + (byte & 127);
      if (byte < 128) break;
    }
    if (found === tag) return bytes.subarray(at, at + length);
    at += length;
  }
  return undefined;
}
