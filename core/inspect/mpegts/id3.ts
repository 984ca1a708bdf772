import { concat, copyBytes } from '../../base/bytes.ts';

/** What the tag in front of packed audio says (ID3 v2.4; RFC 8216, 3.4; Apple, MPEG-2 Stream Encryption Format, 2.4). */
export interface PackedTag {
  /** Bytes of the tag, or of several. */
  readonly size: number;
  /** 33 bits of 90 kHz; `undefined`: it does not say. */
  readonly timestamp: number | undefined;
  /** audio_setup_information of encrypted audio. */
  readonly setup: Uint8Array | undefined;
}

const HEADER = 10;
const TIMESTAMP = 'com.apple.streaming.transportStreamTimestamp';
const DESCRIPTION = 'com.apple.streaming.audioDescription';

/** Bits of a byte in sizes: the eighth is 0, so that no sync word can be in them. */
const syncsafe = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! & 0x7f) << 21) |
  ((bytes[at + 1]! & 0x7f) << 14) |
  ((bytes[at + 2]! & 0x7f) << 7) |
  (bytes[at + 3]! & 0x7f);

const isTag = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === 0x49 && bytes[at + 1] === 0x44 && bytes[at + 2] === 0x33;

/** The tags at `from`; of size 0: there is none. */
export function readTags(bytes: Uint8Array, from: number, end: number): PackedTag {
  let timestamp: number | undefined;
  let setup: Uint8Array | undefined;
  let at = from;
  while (at + HEADER <= end && isTag(bytes, at)) {
    const tagEnd = Math.min(at + HEADER + syncsafe(bytes, at + 6), end);
    for (const { owner, data } of privateFrames(bytes, at + HEADER, tagEnd)) {
      if (owner === TIMESTAMP && data.length === 8) {
        const view = new DataView(data.buffer, data.byteOffset);
        timestamp = (view.getUint32(0) & 1) * 2 ** 32 + view.getUint32(4);
      }
      if (owner === DESCRIPTION) setup = data;
    }
    at = tagEnd;
  }
  return { size: at - from, timestamp, setup };
}

/** A tag that tells the time of packed audio and nothing else. @param timestamp 33 bits of 90 kHz */
export function timestampTag(timestamp: number): Uint8Array {
  const data = new Uint8Array(8);
  const view = new DataView(data.buffer);
  view.setUint32(0, Math.floor(timestamp / 2 ** 32));
  view.setUint32(4, timestamp % 2 ** 32);
  const content = concat([Buffer.from(`${TIMESTAMP}\0`), data]);
  const frame = concat([Buffer.from('PRIV'), syncsafeBytes(content.length), new Uint8Array(2), content]);
  return concat([Buffer.from('ID3'), Uint8Array.of(4, 0, 0), syncsafeBytes(frame.length), frame]);
}

const syncsafeBytes = (size: number): Uint8Array =>
  Uint8Array.of((size >> 21) & 0x7f, (size >> 14) & 0x7f, (size >> 7) & 0x7f, size & 0x7f);

function privateFrames(bytes: Uint8Array, from: number, end: number): { owner: string; data: Uint8Array }[] {
  const frames: { owner: string; data: Uint8Array }[] = [];
  for (let at = from; at + HEADER <= end && bytes[at] !== 0; ) {
    const to = at + HEADER + syncsafe(bytes, at + 4);
    if (to > end) break;
    const name = String.fromCharCode(...bytes.subarray(at, at + 4));
    const zero = bytes.indexOf(0, at + HEADER);
    if (name === 'PRIV' && zero >= 0 && zero < to) {
      const owner = String.fromCharCode(...bytes.subarray(at + HEADER, zero));
      frames.push({ owner, data: copyBytes(bytes, zero + 1, to) });
    }
    at = to;
  }
  return frames;
}
