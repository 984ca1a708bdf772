import type { AudioSyntax } from './audio-splitter.ts';
import { decoderConfig } from './decoder-config.ts';

/** Hz, of MPEG-1; half of MPEG-2, a quarter of MPEG-2.5. */
const RATES = [44100, 48000, 32000];
/** Kilobits a second of MPEG-1 by layer, and of MPEG-2 of layer I and of the others (ISO/IEC 11172-3, 13818-3). */
const KILOBITS = {
  one: [
    [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  ],
  two: [
    [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  ],
} as const;
const OBJECT_TYPE = { mpeg1: 0x6b, mpeg2: 0x69 } as const;
const MPEG1 = 3;

/** MPEG audio (ISO/IEC 11172-3, 2.4.1.3), of all layers. */
export const MPEG_AUDIO: AudioSyntax = {
  headerBytes: 4,
  read(bytes, at) {
    if (bytes[at] !== 0xff || (bytes[at + 1]! & 0xe0) !== 0xe0) return undefined;
    const version = (bytes[at + 1]! >> 3) & 3;
    const layer = 4 - ((bytes[at + 1]! >> 1) & 3);
    const fullRate = RATES[(bytes[at + 2]! >> 2) & 3];
    if (version === 1 || layer === 4 || fullRate === undefined) return undefined;
    const isFirst = version === MPEG1;
    const kilobits = KILOBITS[isFirst ? 'one' : 'two'][layer - 1]?.[(bytes[at + 2]! >> 4) - 1];
    if (kilobits === undefined) return undefined;
    const sampleRate = isFirst ? fullRate : version === 2 ? fullRate / 2 : fullRate / 4;
    const samples = layer === 1 ? 384 : layer === 3 && !isFirst ? 576 : 1152;
    const padding = (bytes[at + 2]! >> 1) & 1;
    const size =
      layer === 1
        ? 4 * (Math.floor((12_000 * kilobits) / sampleRate) + padding)
        : Math.floor(((samples / 8) * 1000 * kilobits) / sampleRate) + padding;
    return {
      size,
      header: 0,
      samples,
      sampleRate,
      identity: `${version} ${layer} ${sampleRate} ${bytes[at + 3]! >> 6}`,
    };
  },
  describe(bytes, at, { sampleRate }) {
    const objectType = ((bytes[at + 1]! >> 3) & 3) === MPEG1 ? OBJECT_TYPE.mpeg1 : OBJECT_TYPE.mpeg2;
    return {
      format: 'mp4a',
      codecs: `mp4a.${objectType.toString(16).toUpperCase()}`,
      config: decoderConfig(objectType, new Uint8Array(0)),
      sampleRate,
      channels: bytes[at + 3]! >> 6 === 3 ? 1 : 2,
    };
  },
};
