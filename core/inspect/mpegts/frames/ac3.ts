import type { AudioFrame, AudioSyntax } from './audio-splitter.ts';

const RATES = [48000, 44100, 32000];
/** Kilobits a second, by frmsizecod >> 1 (ETSI TS 102 366, table F.4.1 of the 48 kHz column). */
const BIT_RATES = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640];
/** Full channels by acmod. */
const CHANNELS = [2, 1, 2, 3, 3, 4, 4, 5];
const BLOCK = 256;
const BLOCKS = 6;

const isSync = (bytes: Buffer, at: number): boolean => bytes[at] === 0x0b && bytes[at + 1] === 0x77;
const bsidOf = (bytes: Buffer, at: number): number => bytes[at + 5]! >> 3;

/** AC-3 (ETSI TS 102 366, 4.3). */
export const AC3: AudioSyntax = {
  headerBytes: 8,
  read(bytes, at) {
    if (!isSync(bytes, at) || bsidOf(bytes, at) > 10) return undefined;
    const rateCode = bytes[at + 4]! >> 6;
    const sizeCode = bytes[at + 4]! & 0x3f;
    const sampleRate = RATES[rateCode];
    const bitRate = BIT_RATES[sizeCode >> 1];
    if (sampleRate === undefined || bitRate === undefined) return undefined;
    // Words of 16 bits in 1536 samples; at 44.1 kHz every other frame has one more.
    const words = Math.floor((bitRate * 1000 * BLOCK * BLOCKS) / sampleRate / 16);
    const size = 2 * (words + (rateCode === 1 ? sizeCode & 1 : 0));
    const identity = `${rateCode} ${sizeCode >> 1} ${bytes[at + 5]} ${channelBits(bytes, at)}`;
    return { size, header: 0, samples: BLOCK * BLOCKS, sampleRate, identity };
  },
  describe(bytes, at, { sampleRate }) {
    const acmod = bytes[at + 6]! >> 5;
    const lfe = lfeOf(bytes, at);
    const rateCode = bytes[at + 4]! >> 6;
    const bits =
      (rateCode << 22) |
      (bytes[at + 5]! << 14) |
      (acmod << 11) |
      (lfe << 10) |
      (((bytes[at + 4]! >> 1) & 0x1f) << 5);
    return {
      format: 'ac-3',
      codecs: 'ac-3',
      config: Uint8Array.of(bits >> 16, bits >> 8, bits),
      sampleRate,
      channels: CHANNELS[acmod]! + lfe,
    };
  },
};

/** acmod, and lfeon behind the mix levels that acmod calls for (4.3.2). */
const channelBits = (bytes: Buffer, at: number): string => `${bytes[at + 6]! >> 5} ${lfeOf(bytes, at)}`;

function lfeOf(bytes: Buffer, at: number): number {
  const acmod = bytes[at + 6]! >> 5;
  let skip = 3;
  if ((acmod & 1) !== 0 && acmod !== 1) skip += 2;
  if ((acmod & 4) !== 0) skip += 2;
  if (acmod === 2) skip += 2;
  return (((bytes[at + 6]! << 8) | bytes[at + 7]!) >> (15 - skip)) & 1;
}

/** Blocks of a syncframe of E-AC-3 by numblkscod. */
const EAC3_BLOCKS = [1, 2, 3, 6];
const HALF_RATES = [24000, 22050, 16000];

/**
 * E-AC-3 (ETSI TS 102 366, E.1.2): an access unit has one independent substream and what depends on it, and syncframes of six blocks
 * together. Some streams of E-AC-3 have AC-3 as their core.
 */
export class Eac3Syntax implements AudioSyntax {
  readonly headerBytes = 8;
  readonly unitSamples = BLOCK * BLOCKS;

  read(bytes: Buffer, at: number): AudioFrame | undefined {
    if (!isSync(bytes, at)) return undefined;
    const bsid = bsidOf(bytes, at);
    if (bsid <= 10) return AC3.read(bytes, at);
    if (bsid > 16) return undefined;
    const streamType = bytes[at + 2]! >> 6;
    const substream = (bytes[at + 2]! >> 3) & 7;
    const size = 2 * ((((bytes[at + 2]! & 7) << 8) | bytes[at + 3]!) + 1);
    const rateCode = bytes[at + 4]! >> 6;
    const low = (bytes[at + 4]! >> 4) & 3;
    const sampleRate = rateCode === 3 ? HALF_RATES[low] : RATES[rateCode];
    if (sampleRate === undefined || streamType === 3) return undefined;
    const blocks = rateCode === 3 ? BLOCKS : EAC3_BLOCKS[low]!;
    // What depends on another substream, or is one of several programs, belongs to the frame before.
    const isOwn = streamType !== 1 && substream === 0;
    const identity = `${rateCode} ${low} ${bytes[at + 4]! & 0x0f} ${bytes[at + 5]}`;
    return { size, header: 0, samples: isOwn ? BLOCK * blocks : 0, sampleRate, identity };
  }

  describe(bytes: Buffer, at: number, frame: AudioFrame) {
    if (bsidOf(bytes, at) <= 10) return AC3.describe(bytes, at, frame);
    const acmod = (bytes[at + 4]! >> 1) & 7;
    const lfe = bytes[at + 4]! & 1;
    const rateCode = bytes[at + 4]! >> 6;
    const bsid = bsidOf(bytes, at);
    // data_rate is not known; one independent substream, no dependent ones (F.6).
    const head = Uint8Array.of(0, 0, (rateCode << 6) | (bsid << 1), (acmod << 1) | lfe, 0);
    return {
      format: 'ec-3',
      codecs: 'ec-3',
      config: head,
      sampleRate: frame.sampleRate,
      channels: CHANNELS[acmod]! + lfe,
    };
  }
}
