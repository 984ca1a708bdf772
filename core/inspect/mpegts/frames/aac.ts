import type { MediaEntry } from '../../model/media-track.ts';
import type { AudioSyntax } from './audio-splitter.ts';
import { decoderConfig } from './decoder-config.ts';

const RATES = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];
const CHANNELS = [0, 1, 2, 3, 4, 5, 6, 8];
const OBJECT_TYPE_AAC = 0x40;

/** ADTS (ISO/IEC 14496-3, 1.A.2.2): 7 bytes in front of a raw frame, 9 with a CRC. */
export const ADTS: AudioSyntax = {
  headerBytes: 7,
  read(bytes, at) {
    if (bytes[at] !== 0xff || (bytes[at + 1]! & 0xf6) !== 0xf0) return undefined;
    const rate = RATES[(bytes[at + 2]! >> 2) & 15];
    const size = ((bytes[at + 3]! & 3) << 11) | (bytes[at + 4]! << 3) | (bytes[at + 5]! >> 5);
    const header = bytes[at + 1]! & 1 ? 7 : 9;
    if (rate === undefined || size < header) return undefined;
    const blocks = 1 + (bytes[at + 6]! & 3);
    // Profile, rate and channel configuration; not the private bit nor those of copyright.
    const identity = `${bytes[at + 2]! & 0xfd} ${bytes[at + 3]! & 0xc0}`;
    return { size, header, samples: 1024 * blocks, sampleRate: rate, identity };
  },
  describe: (bytes, at, { sampleRate }) => {
    const objectType = 1 + (bytes[at + 2]! >> 6);
    const rateIndex = (bytes[at + 2]! >> 2) & 15;
    const channels = ((bytes[at + 2]! & 1) << 2) | (bytes[at + 3]! >> 6);
    const config = Uint8Array.of(
      (objectType << 3) | (rateIndex >> 1),
      ((rateIndex & 1) << 7) | (channels << 3),
    );
    return aacEntry(config, objectType, sampleRate, CHANNELS[channels] ?? 0);
  },
};

/** The entry of AAC: its configuration is the payload of an `esds`. */
function aacEntry(config: Uint8Array, objectType: number, sampleRate: number, channels: number): MediaEntry {
  return {
    format: 'mp4a',
    codecs: `mp4a.40.${objectType}`,
    config: decoderConfig(OBJECT_TYPE_AAC, config),
    sampleRate,
    ...(channels > 0 ? { channels } : {}),
  };
}
