import { BitstreamError } from '../../base/bit-reader.ts';
import { fail } from '../../base/errors.ts';
import { type CodedTrack, describeTrack, isAac } from '../../media/track.ts';
import { type AacConfig, parseAudioSpecificConfig, SAMPLING_FREQUENCIES } from './config.ts';

/** Bytes of an ADTS header without CRC. */
export const ADTS_HEADER = 7;
/** Most bytes of a raw frame: aac_frame_length has 13 bits and counts the header. */
export const MAX_RAW_FRAME = 8191 - ADTS_HEADER;

/** The highest audio object type that the two profile bits can say: AAC LTP. */
const MAX_OBJECT_TYPE = 4;
/** 7.1; higher configurations do not fit in three bits. */
const MAX_CHANNEL_CONFIGURATION = 7;

/** What the ADTS headers of a track say; they differ in the frame's length only. */
export interface AdtsFormat {
  /** Audio object type of the core coder, less 1. */
  readonly profile: number;
  /** Index of the core coder's sampling frequency: HE-AAC is signalled implicitly. */
  readonly frequencyIndex: number;
  readonly channelConfiguration: number;
  /** What it was made from. */
  readonly config: AacConfig;
}

/**
 * How an AAC track is framed in ADTS (ISO/IEC 14496-3, 1.A.2).
 * @throws PackagerError UNSUPPORTED_CODEC when the track is not AAC, or AAC that ADTS cannot carry
 */
export function adtsFormat(track: CodedTrack): AdtsFormat {
  const refuse = (why: string) =>
    fail.unsupportedCodec(
      track.source.name,
      `${describeTrack(track)} cannot be carried in MPEG-TS: ${why}.`,
      'Encode the sound as AAC-LC or HE-AAC with 1 to 6, or 8, channels, or choose a mode that writes fMP4.',
    );
  if (track.entry !== 'mp4a' || !isAac(track)) throw refuse('it is not AAC');

  const config = parseConfig(track.config, refuse);
  const { objectType, samplingFrequency, channelConfiguration, shortFrames } = config;
  // An index of 15, the rate written out, is allowed in MP4 even for a rate of the table.
  const frequencyIndex = SAMPLING_FREQUENCIES.indexOf(samplingFrequency);
  if (objectType === 0 || objectType > MAX_OBJECT_TYPE) {
    throw refuse(`ADTS has no audio object type ${objectType}`);
  }
  if (frequencyIndex === -1) throw refuse(`ADTS has no sampling frequency of ${samplingFrequency} Hz`);
  if (channelConfiguration === 0) throw refuse('its channels are described by a program config element');
  if (channelConfiguration > MAX_CHANNEL_CONFIGURATION) {
    throw refuse(`ADTS has no channel configuration ${channelConfiguration}`);
  }
  if (shortFrames) throw refuse('its frames have 960 samples');
  return { profile: objectType - 1, frequencyIndex, channelConfiguration, config };
}

function parseConfig(bytes: Uint8Array, refuse: (why: string) => Error): AacConfig {
  try {
    return parseAudioSpecificConfig(bytes);
  } catch (error) {
    if (error instanceof BitstreamError) throw refuse(`its AudioSpecificConfig ${error.message}`);
    throw error;
  }
}

/** Write the header of a raw frame of `bytes` bytes: MPEG-4, no CRC, one block, variable rate. */
export function writeAdtsHeader(target: Uint8Array, at: number, format: AdtsFormat, bytes: number): void {
  const length = ADTS_HEADER + bytes;
  const { profile, frequencyIndex, channelConfiguration: channels } = format;
  target[at] = 0xff;
  target[at + 1] = 0xf1;
  target[at + 2] = (profile << 6) | (frequencyIndex << 2) | (channels >> 2);
  target[at + 3] = ((channels & 3) << 6) | (length >> 11);
  target[at + 4] = length >> 3;
  target[at + 5] = ((length & 7) << 5) | 0x1f;
  target[at + 6] = 0xfc;
}
