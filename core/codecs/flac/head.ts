import { BitstreamError } from '../../base/bit-reader.ts';
import { u32 } from '../../base/box.ts';
import { concat } from '../../base/bytes.ts';
import { BitReader } from '../../base/plain-bit-reader.ts';

const MAGIC = Buffer.from('fLaC', 'latin1');
const STREAMINFO_BYTES = 34;
const FRAME_SYNC = 0x3ffe;

/** What STREAMINFO says (RFC 9639, 8.2). */
export interface FlacInfo {
  /** Samples of a channel in all frames but the last; 0 where frames differ. */
  readonly blockSize: number;
  readonly sampleRate: number;
  readonly channels: number;
  readonly bitsPerSample: number;
  /** The payload of `dfLa` (Encapsulation of FLAC in ISO Base Media File Format, 3.3.2). */
  readonly config: Uint8Array;
}

/**
 * Turn the head of a FLAC stream, the CodecPrivate of Matroska (`fLaC` and metadata blocks, STREAMINFO first), into what MP4
 * says instead. Only STREAMINFO is kept: tags and pictures mean nothing to a decoder.
 * @throws BitstreamError when it is none, or cut short
 */
export function parseFlacHead(head: Uint8Array): FlacInfo {
  const blocks = MAGIC.equals(head.subarray(0, MAGIC.length)) ? head.subarray(MAGIC.length) : head;
  const bits = new BitReader(blocks);
  bits.read(1); // last metadata block
  if (bits.read(7) !== 0 || bits.read(24) !== STREAMINFO_BYTES)
    throw new BitstreamError('does not begin with STREAMINFO');
  const streamInfo = blocks.subarray(4, 4 + STREAMINFO_BYTES);
  const [least, most] = [bits.read(16), bits.read(16)];
  bits.read(24); // smallest and largest frame, in bytes
  bits.read(24);
  const sampleRate = bits.read(20);
  const channels = bits.read(3) + 1;
  const bitsPerSample = bits.read(5) + 1;
  if (sampleRate === 0) throw new BitstreamError('has no sampling rate');
  if (streamInfo.length < STREAMINFO_BYTES) throw new BitstreamError('is cut short');
  const config = concat([u32(0), u32(0x8000_0000 + STREAMINFO_BYTES), streamInfo]);
  return { blockSize: least === most ? least : 0, sampleRate, channels, bitsPerSample, config };
}

/**
 * Samples of a channel in a frame, from its header (RFC 9639, 9.1).
 * @throws BitstreamError when there is no frame, or it has a reserved block size
 */
export function flacFrameSamples(frame: Uint8Array): number {
  const bits = new BitReader(frame);
  if (bits.read(15) >> 1 !== FRAME_SYNC) throw new BitstreamError('has no FLAC frame where one must begin');
  bits.read(1); // blocking strategy
  const code = bits.read(4);
  bits.read(12); // sampling rate, channels, bit depth, reserved
  if (code === 0) throw new BitstreamError('has a FLAC frame of a reserved block size');
  if (code === 1) return 192;
  if (code <= 5) return 576 << (code - 2);
  if (code >= 8) return 256 << (code - 8);
  // The number of the frame or its first sample, coded like UTF-8: the ones in front count its bytes.
  const lead = bits.read(8);
  bits.skip(8 * Math.max(0, Math.clz32(~lead & 0xff) - 24 - 1));
  return bits.read(code === 6 ? 8 : 16) + 1;
}
