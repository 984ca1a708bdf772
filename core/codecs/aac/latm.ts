import { BitstreamError } from '../../base/bit-reader.ts';
import { BitReader } from '../../base/plain-bit-reader.ts';
import type { FindFrame } from '../audio-framing.ts';
import {
  type AacConfig,
  aacFrameSamples,
  parseAudioSpecificConfig,
  readAudioSpecificConfig,
} from './config.ts';

/** Bytes of AudioSyncStream in front of the element whose length it tells (ISO/IEC 14496-3, 1.7.2). */
const SYNC_BYTES = 3;
/** Its syncword, 11 bits. */
const SYNC = 0x2b7;
const SYNC_BITS = 11;

/** The stream is LATM of a kind that nobody makes for films; the message is a reason, `its LATM …`. */
export class LatmError extends Error {}

/** StreamMuxConfig (ISO/IEC 14496-3, 1.7.3), of one programme with one layer. */
export interface StreamMuxConfig {
  /** The AudioSpecificConfig, from its first bit on; what is left of the last byte is 0. */
  readonly config: Uint8Array;
  /** Seconds of a frame. */
  readonly frameSeconds: number;
  /** Frames of an element. */
  readonly frames: number;
  /** Bytes of each; `undefined` where each tells its own. */
  readonly frameBytes: number | undefined;
}

/** What an AudioMuxElement holds. */
export interface MuxElement {
  /** The description in force. */
  readonly mux: StreamMuxConfig;
  /** It is told in this element. */
  readonly isTold: boolean;
  /** Raw frames of AAC. */
  readonly frames: readonly Uint8Array[];
}

/**
 * Take an AudioMuxElement out of its AudioSyncStream.
 * @param known the description told last; `undefined` before any
 * @returns `undefined` where it is not told yet
 * @throws BitstreamError when it is damaged, LatmError when it is of a kind that cannot be carried
 */
export function readMuxElement(
  frame: Uint8Array,
  known: StreamMuxConfig | undefined,
): MuxElement | undefined {
  const bits = new BitReader(frame);
  if (bits.read(SYNC_BITS) !== SYNC) throw new BitstreamError('has no LOAS frame where one must begin');
  if (bits.read(13) + SYNC_BYTES !== frame.length)
    throw new BitstreamError('has a LOAS frame that is cut short');
  const isTold = !bits.flag(); // useSameStreamMux
  const mux = isTold ? readStreamMuxConfig(bits, frame) : known;
  if (!mux) return undefined;
  const frames: Uint8Array[] = [];
  for (let n = 0; n < mux.frames; n++) {
    const bytes = mux.frameBytes ?? readSlotLength(bits);
    frames.push(readBits(bits, frame, 8 * bytes));
  }
  return { mux, isTold, frames };
}

/** LOAS frames, whose length in seconds the description tells: one finder a reader. */
export function loasFrames(): FindFrame {
  let mux: StreamMuxConfig | undefined;
  return (data, at) => {
    const head = (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
    if (head >> 13 !== SYNC) return undefined;
    const bytes = SYNC_BYTES + (head & 0x1fff);
    if (at + bytes <= data.length) mux = describedIn(data.subarray(at, at + bytes)) ?? mux;
    return { bytes, seconds: mux ? mux.frames * mux.frameSeconds : 0 };
  };
}

/** The description that a frame tells, if it is a sound one: whoever cuts the frame says what is wrong with another. */
function describedIn(frame: Uint8Array): StreamMuxConfig | undefined {
  const bits = new BitReader(frame, SYNC_BYTES);
  try {
    return bits.flag() ? undefined : readStreamMuxConfig(bits, frame);
  } catch (cause) {
    if (cause instanceof BitstreamError || cause instanceof LatmError) return undefined;
    throw cause;
  }
}

function readStreamMuxConfig(bits: BitReader, frame: Uint8Array): StreamMuxConfig {
  const version = bits.read(1);
  if (version === 1 && bits.flag()) throw new LatmError('is of an unknown version');
  if (version === 1) readValue(bits); // taraBufferFullness
  const isSameTiming = bits.flag();
  const frames = 1 + bits.read(6);
  const programmes = 1 + bits.read(4);
  const layers = 1 + bits.read(3);
  if (programmes > 1 || layers > 1 || !isSameTiming)
    throw new LatmError(`has ${programmes} programmes and ${layers} layers in one stream`);
  const config = version === 1 ? readCounted(bits, frame) : readInline(bits, frame);
  const frameBytes = readFrameLength(bits);
  if (bits.flag()) skipOtherData(bits, version);
  if (bits.flag()) bits.read(8); // crcCheckSum
  return { ...config, frames, frameBytes };
}

type Described = Pick<StreamMuxConfig, 'config' | 'frameSeconds'>;

const described = (config: Uint8Array, facts: AacConfig): Described => ({
  config,
  frameSeconds: aacFrameSamples(facts) / facts.samplingFrequency,
});

/** A configuration that says how long it is. */
function readCounted(bits: BitReader, frame: Uint8Array): Described {
  const config = readBits(bits, frame, readValue(bits));
  return described(config, parseAudioSpecificConfig(config));
}

/** One that ends where its syntax ends. */
function readInline(bits: BitReader, frame: Uint8Array): Described {
  const ahead = new BitReader(frame);
  ahead.skip(8 * frame.length - bits.left);
  const { facts, isWhole } = readAudioSpecificConfig(ahead, false);
  if (!isWhole)
    throw new LatmError(`carries ${facts.codecs}, of which nobody knows where its description ends`);
  return described(readBits(bits, frame, bits.left - ahead.left), facts);
}

/** Bytes of every frame; `undefined` where each tells its own. */
function readFrameLength(bits: BitReader): number | undefined {
  const type = bits.read(3);
  if (type > 1) throw new LatmError('carries CELP or HVXC');
  if (type === 1) return 20 + bits.read(9);
  bits.read(8); // latmBufferFullness
  return undefined;
}

/** otherDataLenBits: what it counts is behind the frames, where nobody looks. */
function skipOtherData(bits: BitReader, version: number): void {
  if (version === 1) {
    readValue(bits);
    return;
  }
  let goesOn = true;
  while (goesOn) {
    goesOn = bits.flag();
    bits.read(8);
  }
}

/** LatmGetValue(): a number of one to four bytes. */
const readValue = (bits: BitReader): number => bits.read(8 * (1 + bits.read(2)));

/** The next `count` bits as bytes of their own; what is left of the last one is 0. @param frame what `bits` reads, to its end */
function readBits(bits: BitReader, frame: Uint8Array, count: number): Uint8Array {
  if (count > bits.left) throw new BitstreamError('has a LOAS frame that promises more than it has');
  const first = 8 * frame.length - bits.left;
  bits.skip(count);
  const out = new Uint8Array(Math.ceil(count / 8));
  const [from, shift] = [first >> 3, first & 7];
  for (let at = 0; at < out.length; at++)
    out[at] = (frame[from + at]! << shift) | ((frame[from + at + 1] ?? 0) >> (8 - shift));
  if (count % 8 > 0) out[out.length - 1]! &= 0xff << (8 - (count % 8));
  return out;
}

/** PayloadLengthInfo(): bytes of 255, then one that is less, added up. */
function readSlotLength(bits: BitReader): number {
  let length = 0;
  for (;;) {
    const byte = bits.read(8);
    length += byte;
    if (byte < 255) return length;
  }
}
