import type { BlockDecryptor } from './block-decryptor.ts';
import type { MediaColumns } from './media-columns.ts';
import type { StreamCodec } from './stream-types.ts';

const BLOCK = 16;
/** Clear bytes at the start of a NAL unit and of an audio frame (Apple, MPEG-2 Stream Encryption Format, 2.1 and 2.3). */
const LEADER = { video: 32, audio: 16 } as const;
/** NAL units up to this length are clear. */
const SHORT_UNIT = 48;
/** One block of ten. */
const STRIDE = 160;
const SLICE_TYPES = { slice: 1, idr: 5 } as const;
const ESCAPE = Buffer.from([0, 0, 3]);

/** Whether SAMPLE-AES encrypts a NAL unit of H.264, by its type and length on the wire. */
function isProtectedUnit(header: number, length: number): boolean {
  const type = header & 0x1f;
  return (type === SLICE_TYPES.slice || type === SLICE_TYPES.idr) && length > SHORT_UNIT;
}

/** How many blocks of a NAL unit of `length` bytes are encrypted: while more than one block is left. */
const unitBlocks = (length: number): number =>
  length - LEADER.video <= BLOCK ? 0 : Math.floor((length - LEADER.video - BLOCK - 1) / STRIDE) + 1;

/**
 * Whether the next block that SAMPLE-AES would encrypt of a unit of so many bytes is its last, with nothing behind it: that one is clear,
 * for no more than a block is left.
 */
export const endsWithClearBlock = (header: number, length: number): boolean =>
  isProtectedUnit(header, length + 1) && (length - LEADER.video - BLOCK) % STRIDE === 0;

/**
 * Copy a NAL unit without one layer of emulation prevention: SAMPLE-AES puts a second one over what it encrypted.
 * @returns where it ends in `out`
 */
function copyUnescaped(bytes: Buffer, start: number, end: number, out: Buffer, to: number): number {
  // A view that ends with the unit: in what lies behind, the next one may be far away, and would be looked for again and again.
  const unit = bytes.subarray(0, end);
  let from = start;
  let at = to;
  for (;;) {
    const found = unit.indexOf(ESCAPE, from);
    if (found < 0) break;
    bytes.copy(out, at, from, found + 2);
    at += found + 2 - from;
    from = found + ESCAPE.length;
  }
  bytes.copy(out, at, from, end);
  return at + end - from;
}

/** Note the blocks of an audio access unit that lies decryptable in place, and what they are in its columns. */
export function protectAudio(
  codec: StreamCodec,
  bytes: Uint8Array,
  start: number,
  end: number,
  decryptor: BlockDecryptor | undefined,
  columns: MediaColumns,
): void {
  let isFirst = true;
  for (let at = start; at < end; ) {
    const size = codec === 'ec-3' ? Math.min(syncframeSize(bytes, at), end - at) : end - at;
    const blocks = Math.max(0, Math.floor((size - LEADER.audio) / BLOCK));
    // The chain goes on over all syncframes of an access unit (Apple, 2.3.3).
    decryptor?.add(at + LEADER.audio, blocks, BLOCK, isFirst);
    if (blocks > 0) isFirst = false;
    columns.range(blocks === 0 ? size : LEADER.audio, blocks * BLOCK);
    if (blocks > 0) columns.range(size - LEADER.audio - blocks * BLOCK, 0);
    columns.addProtected(blocks * BLOCK);
    at += size;
  }
}

/** Bytes of a syncframe of E-AC-3 (ETSI TS 102 366, E.1.2.2). */
const syncframeSize = (bytes: Uint8Array, at: number): number =>
  2 * ((((bytes[at + 2]! & 7) << 8) | bytes[at + 3]!) + 1);

/** Copy an access unit of H.264 with the second layer of emulation prevention removed; note its blocks. @returns where it ends in `out` */
export function protectPicture(
  bytes: Buffer,
  sample: { readonly start: number; readonly end: number },
  units: {
    readonly starts: Uint32Array;
    readonly ends: Uint32Array;
    readonly first: number;
    readonly last: number;
  },
  out: Buffer,
  to: number,
  decryptor: BlockDecryptor | undefined,
  columns: MediaColumns,
): number {
  let from = sample.start;
  let at = to;
  /** Where the bytes begin that no range has yet. */
  let open = to;
  for (let unit = units.first; unit < units.last; unit++) {
    const start = units.starts[unit]!;
    const end = units.ends[unit]!;
    if (!isProtectedUnit(bytes[start]!, end - start)) continue;
    bytes.copy(out, at, from, start);
    at += start - from;
    // Without the key nothing is decrypted, and what is there stays as it is.
    const unitEnd = decryptor
      ? copyUnescaped(bytes, start, end, out, at)
      : at + bytes.copy(out, at, start, end);
    const blocks = unitBlocks(unitEnd - at);
    decryptor?.add(at + LEADER.video, blocks, STRIDE, true);
    if (blocks > 0) {
      columns.range(at + LEADER.video - open, unitEnd - at - LEADER.video);
      open = unitEnd;
    }
    columns.addProtected(blocks * BLOCK);
    at = unitEnd;
    from = end;
  }
  bytes.copy(out, at, from, sample.end);
  at += sample.end - from;
  if (at > open) columns.range(at - open, 0);
  return at;
}
