import { BitstreamError } from '../base/bit-reader.ts';
import { SAMPLING_FREQUENCIES } from './aac/config.ts';
import { syncframeBytes, syncframeSamples } from './ac3/syncframes.ts';
import { mpegAudioFrameBytes, parseMpegAudioFrame } from './mp3/frame.ts';

/** A frame of sound that says where it begins and how long it is. */
export interface FrameSize {
  readonly bytes: number;
  /** What it lasts; 0 of one that is presented together with the one before. */
  readonly seconds: number;
}

/** Bytes that tell the size of a frame of any of these codecs. */
export const FRAME_HEAD = 7;

/** The frame that begins at `at`, of whose bytes {@link FRAME_HEAD} are there; `undefined` when none begins there. */
export type FindFrame = (data: Uint8Array, at: number) => FrameSize | undefined;

const AAC_SAMPLES = 1024;

/** ADTS (ISO/IEC 14496-3, 1.A.2.2): syncword and layer, sampling_frequency_index, aac_frame_length. */
export const adtsFrame: FindFrame = (data, at) => {
  if (data[at] !== 0xff || (data[at + 1]! & 0xf6) !== 0xf0) return undefined;
  const rate = SAMPLING_FREQUENCIES[(data[at + 2]! >> 2) & 15];
  const bytes = ((data[at + 3]! & 3) << 11) | (data[at + 4]! << 3) | (data[at + 5]! >> 5);
  if (rate === undefined || bytes < FRAME_HEAD) return undefined;
  return { bytes, seconds: (AAC_SAMPLES * ((data[at + 6]! & 3) + 1)) / rate };
};

/** MPEG-1 and MPEG-2 audio of any layer. */
export const mpegAudioFrame: FindFrame = (data, at) => {
  if (data[at] !== 0xff) return undefined;
  return readable(() => {
    const head = data.subarray(at, at + FRAME_HEAD);
    const { samples, sampleRate } = parseMpegAudioFrame(head);
    return { bytes: mpegAudioFrameBytes(head), seconds: samples / sampleRate };
  });
};

/** Syncframes of AC-3 and E-AC-3. */
export const dolbyFrame: FindFrame = (data, at) => {
  if (data[at] !== 0x0b) return undefined;
  return readable(() => {
    const bytes = syncframeBytes(data, at, Number.POSITIVE_INFINITY);
    const { samples, sampleRate } = syncframeSamples(data, at);
    return { bytes, seconds: samples / sampleRate };
  });
};

function readable(read: () => FrameSize): FrameSize | undefined {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof BitstreamError) return undefined;
    throw cause;
  }
}
