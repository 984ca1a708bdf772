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

/** @param at where a block begins, in bytes that end with it or behind it. @throws EbmlError when it is too short */
export function readBlockHead(bytes: Uint8Array, at: number, end: number): BlockHead {
  const { value, end: timeAt } = readVarint(bytes, at);
  if (timeAt + 3 > end) throw new EbmlError('a block ends in its head');
  const time = (bytes[timeAt]! << 8) | bytes[timeAt + 1]!;
  const flags = bytes[timeAt + 2]!;
  return {
    track: value,
    ticks: time < 0x8000 ? time : time - 0x1_0000,
    lacing: flags & LACING,
    isKey: (flags & KEYFRAME) !== 0,
    length: timeAt + 3 - at,
  };
}

/** Frames of the largest block: their number is a byte that counts from 1. */
export const MOST_FRAMES = 256;

/**
 * Find the frames of a block without its head (RFC 9559, 10.3).
 * @param bounds set to where each frame begins, and behind them where the last ends
 * @returns how many there are
 * @throws EbmlError when their sizes do not fit into the block
 */
export function findFrames(data: Uint8Array, lacing: number, bounds: Uint32Array): number {
  bounds[0] = 0;
  bounds[1] = data.length;
  if (lacing === 0) return 1;
  const count = (data[0] ?? 0) + 1;
  // First the size of each is put where it ends; the last has what is left.
  const first =
    lacing === XIPH
      ? xiphSizes(data, count, bounds)
      : lacing === EBML
        ? ebmlSizes(data, count, bounds)
        : equalSizes(data, count, bounds);
  bounds[0] = Math.min(first, data.length);
  for (let frame = 1; frame < count; frame++) {
    const end = bounds[frame - 1]! + bounds[frame]!;
    if (end > data.length) throw broken();
    bounds[frame] = end;
  }
  bounds[count] = data.length;
  return count;
}

function equalSizes(data: Uint8Array, count: number, sizes: Uint32Array): number {
  const size = (data.length - 1) / count;
  // Empty frames would be 256 packets for a byte.
  if (!Number.isInteger(size) || size === 0) throw broken();
  sizes.fill(size, 1, count);
  return 1;
}

function xiphSizes(data: Uint8Array, count: number, sizes: Uint32Array): number {
  let at = 1;
  for (let frame = 1; frame < count; frame++) {
    let size = 0;
    for (; data[at] === 0xff; at++) size += 0xff;
    size += data[at++] ?? Number.NaN;
    if (Number.isNaN(size)) throw broken();
    sizes[frame] = size;
  }
  return at;
}

/** The first as it is, then differences, which lie around the middle of what their bytes can hold. */
function ebmlSizes(data: Uint8Array, count: number, sizes: Uint32Array): number {
  let at = 1;
  for (let [frame, size] = [1, 0]; frame < count; frame++) {
    const { value, end } = readVarint(data, at);
    size += frame === 1 ? value : value - (2 ** (7 * (end - at) - 1) - 1);
    if (size < 0 || size > data.length) throw broken();
    sizes[frame] = size;
    at = end;
  }
  return at;
}

const broken = () => new EbmlError('a block holds frames that do not fit into it');
