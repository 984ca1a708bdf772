import { BitstreamError } from '../../base/bit-reader.ts';
import type { FindFrame } from '../audio-framing.ts';
import { dOps, OPUS_RATE, opusPacketSamples } from './head.ts';

/** How MPEG-TS frames an Opus packet (ETSI TS "Opus Interactive Audio Codec Transport Multiplexing", draft 0.1.3, 6). */
export interface OpusAccessUnit {
  /** Bytes of the control header, and of the packet behind it. */
  readonly headerBytes: number;
  readonly packetBytes: number;
  /** Samples at 48 kHz that a decoder drops at its start, and at its end. */
  readonly startTrim: number;
  readonly endTrim: number;
}

/** Bytes of a control header that tell it from anything else: the prefix, flags, the first byte of the size. */
export const OPUS_CONTROL_HEAD = 3;
/** control_header_prefix, in the first 11 bits. */
const PREFIX = 0x3ff;
const [START_TRIM, END_TRIM, EXTENSION] = [0x10, 0x08, 0x04];
/** Trims have 13 bits, behind 3 that are reserved. */
const TRIM = 0x1fff;
/** 8 streams of 48 frames of 1275 bytes (RFC 6716, 3.4) are the most that the channel configurations allow. */
const LARGEST_PACKET = 8 * 48 * 1275;

/**
 * Read opus_control_header() at `at`.
 * @returns `undefined` when it goes on behind the data
 * @throws BitstreamError when there is none, or it announces a packet that cannot be
 */
export function parseOpusControlHeader(data: Uint8Array, at = 0): OpusAccessUnit | undefined {
  if (!hasPrefix(data, at)) throw new BitstreamError('has no Opus control header where one must begin');
  const flags = data[at + 1]!;
  let next = at + 2;
  let packetBytes = 0;
  for (let byte: number | undefined = 255; byte === 255; packetBytes += byte) {
    byte = data[next++];
    if (byte === undefined) return undefined;
    if (packetBytes > LARGEST_PACKET) throw new BitstreamError('has an Opus packet without an end');
  }
  if (packetBytes === 0) throw new BitstreamError('has an empty Opus packet');
  const trim = (isThere: number): number => {
    if (isThere === 0) return 0;
    next += 2;
    return ((data[next - 2]! << 8) | data[next - 1]!) & TRIM;
  };
  const [startTrim, endTrim] = [trim(flags & START_TRIM), trim(flags & END_TRIM)];
  if (flags & EXTENSION) next += 1 + data[next]!;
  // Bytes that are not there make the place no number.
  return next <= data.length ? { headerBytes: next - at, packetBytes, startTrim, endTrim } : undefined;
}

const hasPrefix = (data: Uint8Array, at: number): boolean =>
  ((data[at]! << 3) | (data[at + 1]! >> 5)) === PREFIX;

/** Access units of Opus in MPEG-TS. */
export const opusFrame: FindFrame = (data, at) => {
  if (!hasPrefix(data, at)) return undefined; // asked at every byte of what is damaged: an exception for each takes long
  try {
    const unit = parseOpusControlHeader(data, at);
    if (!unit) return { bytes: data.length - at + 1, seconds: 0 }; // more than is there
    const start = at + unit.headerBytes;
    const bytes = unit.headerBytes + unit.packetBytes;
    const isWhole = at + bytes <= data.length;
    const samples = isWhole ? opusPacketSamples(data.subarray(start, at + bytes)) : 0;
    return { bytes, seconds: samples / OPUS_RATE };
  } catch (cause) {
    if (cause instanceof BitstreamError) return undefined;
    throw cause;
  }
};

/** Streams, and those of them that are coupled, by channel_config_code: the Vorbis orders (RFC 7845, 5.1.1.2). */
const VORBIS_STREAMS: readonly (readonly [streams: number, coupled: number])[] = [
  ...([
    [1, 0],
    [1, 1],
    [2, 1],
    [2, 2],
    [3, 2],
    [4, 2],
    [4, 3],
    [5, 3],
  ] as const),
];
/** Which decoded channel each output channel is, by their number. */
const VORBIS_MAPPING: readonly (readonly number[])[] = [
  [0],
  [0, 1],
  [0, 2, 1],
  [0, 1, 2, 3],
  [0, 4, 1, 2, 3],
  [0, 4, 1, 2, 3, 5],
  [0, 4, 1, 2, 3, 5, 6],
  [0, 6, 1, 2, 3, 4, 5, 7],
];
/** Two languages in one stream: a pair of channels that belong to nothing. */
const DUAL_MONO = 0;

/** What the extension descriptor says of the channels of Opus. */
export interface OpusChannels {
  readonly channels: number;
  /** ChannelMappingFamily of `dOps`. */
  readonly family: number;
  /** The payload of `dOps`. @param preSkip samples at 48 kHz that decoders drop at the start */
  config(preSkip: number): Uint8Array;
}

/**
 * The channels of a channel_config_code (draft 0.1.3, table 4-3); `undefined` for one that describes them otherwise: drafts
 * and encoders do not agree on what the further codes are.
 */
export function opusChannels(code: number | undefined): OpusChannels | undefined {
  const channels = code === DUAL_MONO ? 2 : (code ?? 0);
  const [streams, mapping] = [VORBIS_STREAMS[channels - 1], VORBIS_MAPPING[channels - 1]];
  if (!streams || !mapping) return undefined;
  const family = code === DUAL_MONO ? 255 : channels > 2 ? 1 : 0;
  const table = family === 0 ? new Uint8Array(0) : Uint8Array.from([...streams, ...mapping]);
  return {
    channels,
    family,
    config: (preSkip) => dOps({ channels, preSkip, inputRate: OPUS_RATE, gain: 0, family, table }),
  };
}
