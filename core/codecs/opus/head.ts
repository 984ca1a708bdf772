import { BitstreamError } from '../../base/bit-reader.ts';
import { u8, u16, u32 } from '../../base/box.ts';
import { concat, viewOf } from '../../base/bytes.ts';

/** Opus is timed at 48 kHz, whatever the rate was before (RFC 7845, 4). */
export const OPUS_RATE = 48_000;

const MAGIC = 'OpusHead';
/** Bytes of an identification header without a channel mapping table. */
const HEAD_BYTES = 19;

/** What the identification header says (RFC 7845, 5.1). */
export interface OpusHead {
  readonly channels: number;
  /** Samples at 48 kHz that a decoder drops at the start. */
  readonly preSkip: number;
  /** Channel mapping family. */
  readonly family: number;
  /** The payload of `dOps` (Encapsulation of Opus in ISO Base Media File Format, 4.3.2). */
  readonly config: Uint8Array;
}

/**
 * Turn an `OpusHead`, the CodecPrivate of Matroska, into what MP4 says instead: the same fields, big-endian.
 * @throws BitstreamError when it is none, of another version, or cut short
 */
export function parseOpusHead(head: Uint8Array): OpusHead {
  if (head.length < HEAD_BYTES || Buffer.from(head.subarray(0, 8)).toString('latin1') !== MAGIC) {
    throw new BitstreamError('is no OpusHead');
  }
  const view = viewOf(head);
  if (view.getUint8(8) >> 4 !== 0) throw new BitstreamError('has an unknown version');
  const channels = view.getUint8(9);
  if (channels === 0) throw new BitstreamError('has no channels');
  const preSkip = view.getUint16(10, true);
  const family = view.getUint8(18);
  const table = family === 0 ? 0 : 2 + channels;
  if (head.length < HEAD_BYTES + table) throw new BitstreamError('is cut short');
  const config = dOps({
    channels,
    preSkip,
    inputRate: view.getUint32(12, true),
    gain: view.getUint16(16, true),
    family,
    table: head.subarray(HEAD_BYTES, HEAD_BYTES + table),
  });
  return { channels, preSkip, family, config };
}

/** The fields of `dOps`. */
export interface OpusConfig extends Pick<OpusHead, 'channels' | 'preSkip'> {
  /** Hz before coding; decoders ignore it. */
  readonly inputRate: number;
  /** Q7.8 in dB, as 16 bits. */
  readonly gain: number;
  /** ChannelMappingFamily. */
  readonly family: number;
  /** StreamCount, CoupledCount and ChannelMapping; empty for family 0. */
  readonly table: Uint8Array;
}

/** The payload of `dOps`. */
export const dOps = ({ channels, preSkip, inputRate, gain, family, table }: OpusConfig): Uint8Array =>
  concat([u8(0), u8(channels), u16(preSkip), u32(inputRate), u16(gain), u8(family), table]);

/** Samples at 48 kHz of one frame by `config` modulo its group (RFC 6716, table 2). */
const SILK = [480, 960, 1920, 2880] as const;
const HYBRID = [480, 960] as const;
const CELT = [120, 240, 480, 960] as const;

/**
 * Samples at 48 kHz of a packet, from its table of contents (RFC 6716, 3.1).
 * @throws BitstreamError when it is empty or cut short
 */
export function opusPacketSamples(packet: Uint8Array): number {
  const toc = packet[0];
  if (toc === undefined) throw new BitstreamError('has an empty Opus packet');
  const config = toc >> 3;
  const frame = config < 12 ? SILK[config & 3]! : config < 16 ? HYBRID[config & 1]! : CELT[config & 3]!;
  const code = toc & 3;
  if (code < 3) return code === 0 ? frame : 2 * frame;
  const counts = packet[1];
  if (counts === undefined) throw new BitstreamError('has an Opus packet that is cut short');
  return (counts & 0x3f) * frame;
}
