import { BoxError } from '../base/box-walk.ts';

/** What an `esds` box says of its stream (ISO/IEC 14496-1, 7.2.6). */
export interface ElementaryStream {
  /** objectTypeIndication: 0x40 MPEG-4 audio, 0x67 MPEG-2 AAC LC, 0x69 and 0x6B MP3, … */
  readonly objectType: number;
  /** DecoderSpecificInfo, e.g. an AudioSpecificConfig; empty when there is none. */
  readonly decoderConfig: Uint8Array;
  /** bufferSizeDB, maxBitrate and avgBitrate as they are written, 11 bytes. */
  readonly rates: Uint8Array;
}

/** objectTypeIndication of AAC (ISO/IEC 14496-1, table 5): MPEG-4 audio; Main, LC and SSR of MPEG-2. */
export const MPEG4_AUDIO = 0x40;
export const AAC: ReadonlySet<number> = new Set([MPEG4_AUDIO, 0x66, 0x67, 0x68]);
/** MPEG-2 and MPEG-1 audio: MP3, if it is layer III. */
export const MP3: ReadonlySet<number> = new Set([0x69, 0x6b]);

const ES_DESCRIPTOR = 3;
const DECODER_CONFIG = 4;
const DECODER_SPECIFIC_INFO = 5;

/** Bytes of a DecoderConfigDescriptor before its descriptors: type, stream type, buffer size and two bitrates. */
const DECODER_CONFIG_FIELDS = 13;

/**
 * Parse the payload of an `esds` box, from `version` on.
 * @throws BoxError when a descriptor is missing or cut short
 */
export function parseEsds(payload: Uint8Array): ElementaryStream {
  const es = find(payload.subarray(4), ES_DESCRIPTOR);
  const config = es && find(es.subarray(esFields(es)), DECODER_CONFIG);
  const objectType = config?.[0];
  if (config === undefined || objectType === undefined) throw new BoxError('"esds" describes no decoder');
  const rates = config.subarray(2, DECODER_CONFIG_FIELDS);
  const decoderConfig = find(config.subarray(DECODER_CONFIG_FIELDS), DECODER_SPECIFIC_INFO);
  return { objectType, decoderConfig: decoderConfig ?? new Uint8Array(0), rates };
}

/** The two bytes of the payload that are ES_ID, to be written to; `undefined` where there are none. */
export function streamIdOf(payload: Uint8Array): Uint8Array | undefined {
  const es = find(payload.subarray(4), ES_DESCRIPTOR);
  return es && es.length >= 2 ? es.subarray(0, 2) : undefined;
}

/** Bytes of an ES_Descriptor before its descriptors: ES_ID and flags, then what the flags announce. */
function esFields(es: Uint8Array): number {
  const flags = es[2] ?? 0;
  let size = 3;
  if (flags & 0x80) size += 2; // dependsOn_ES_ID
  if (flags & 0x40) size += 1 + (es[size] ?? 0); // URL
  if (flags & 0x20) size += 2; // OCR_ES_ID
  return size;
}

/** The body of the first descriptor with this tag. */
function find(bytes: Uint8Array, wanted: number): Uint8Array | undefined {
  for (let at = 0; at + 2 <= bytes.length; ) {
    const tag = bytes[at++];
    let size = 0;
    // The size is written in groups of 7 bits, at most four of them; the top bit says that another follows.
    for (let group = 0, more = true; more; group++) {
      const byte = bytes[at++];
      if (byte === undefined || group === 4)
        throw new BoxError('"esds" has a descriptor of an impossible size');
      size = size * 128 + (byte & 0x7f);
      more = byte >= 0x80;
    }
    if (at + size > bytes.length) throw new BoxError('"esds" has a descriptor that is cut short');
    if (tag === wanted) return bytes.subarray(at, at + size);
    at += size;
  }
  return undefined;
}
