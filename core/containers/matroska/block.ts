import { EbmlError, readVarint } from './ebml.ts';

/** The head of a `SimpleBlock` or a `Block` (RFC 9559, 10.1 and 10.2). */
export interface BlockHead {
  /** TrackNumber. */
  readonly track: number;
  /** Ticks from the cluster's time. */
  readonly ticks: number;
  readonly lacing: number;
  /** Of a `SimpleBlock`: decoding can start at it. */
  readonly isKey: boolean;
  /** Bytes of the head. */
  readonly length: number;
}

/** Bytes of the longest one: a number of 8 bytes, a time of two, flags. */
export const MOST_BLOCK_HEAD = 11;

const KEYFRAME = 0x80;
const LACING = 0x06;
const [XIPH, EBML] = [0x02, 0x06];

/** @param bytes what a block begins with. @throws EbmlError when that is too little */
export function readBlockHead(bytes: Uint8Array): BlockHead {
  const { value, end } = readVarint(bytes, 0);
  if (end + 3 > bytes.length) throw new EbmlError('a block ends in its head');
  const time = (bytes[end]! << 8) | bytes[end + 1]!;
  const flags = bytes[end + 2]!;
  return {
    track: value,
    ticks: time < 0x8000 ? time : time - 0x1_0000,
    lacing: flags & LACING,
    isKey: (flags & KEYFRAME) !== 0,
    length: end + 3,
  };
}

/**
 * The frames of a block without its head (RFC 9559, 10.3).
 * @throws EbmlError when their sizes do not fit into the block
 */
export function framesOf(data: Uint8Array, lacing: number): Uint8Array[] {
  if (lacing === 0) return [data];
  const count = (data[0] ?? 0) + 1;
  const { sizes, at } =
    lacing === XIPH
      ? xiphSizes(data, count)
      : lacing === EBML
        ? ebmlSizes(data, count)
        : equalSizes(data, count);
  const frames: Uint8Array[] = [];
  let start = at;
  for (const size of sizes) {
    if (size < 0 || start + size > data.length) throw broken();
    frames.push(data.subarray(start, start + size));
    start += size;
  }
  if (frames.length < count) frames.push(data.subarray(start));
  return frames;
}

/** Sizes of all frames but perhaps the last, which has the rest, and where the first begins. */
interface Laced {
  readonly sizes: readonly number[];
  readonly at: number;
}

function equalSizes(data: Uint8Array, count: number): Laced {
  const size = (data.length - 1) / count;
  // Empty frames would be 256 packets for a byte.
  if (!Number.isInteger(size) || size === 0) throw broken();
  return { sizes: Array<number>(count).fill(size), at: 1 };
}

function xiphSizes(data: Uint8Array, count: number): Laced {
  const sizes: number[] = [];
  let at = 1;
  while (sizes.length < count - 1) {
    let size = 0;
    for (; data[at] === 0xff; at++) size += 0xff;
    size += data[at++] ?? Number.NaN;
    if (Number.isNaN(size)) throw broken();
    sizes.push(size);
  }
  return { sizes, at };
}

/** The first as it is, then differences, which lie around the middle of what their bytes can hold. */
function ebmlSizes(data: Uint8Array, count: number): Laced {
  const sizes: number[] = [];
  let at = 1;
  for (let size = 0; sizes.length < count - 1; sizes.push(size)) {
    const { value, end } = readVarint(data, at);
    size += sizes.length === 0 ? value : value - (2 ** (7 * (end - at) - 1) - 1);
    at = end;
  }
  return { sizes, at };
}

const broken = () => new EbmlError('a block holds frames that do not fit into it');
