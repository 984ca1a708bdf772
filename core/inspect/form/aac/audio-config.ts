import { Bits, NotFollowed } from '../bits.ts';

/** What a walk through raw_data_block needs of AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1). */
export interface AudioConfig {
  /** Audio object type of the core coder: 1 Main, 2 LC, 4 LTP. */
  readonly objectType: number;
  /** samplingFrequencyIndex of the core coder, or the one whose tables a rate that is in no table has. */
  readonly frequencyIndex: number;
  /** 0: a program config element says it. */
  readonly channelConfiguration: number;
  /** Spectral values of a long window. */
  readonly frameLength: 1024 | 960;
}

const [MAIN, LC, LTP, SBR, PS] = [1, 2, 4, 5, 29];

/** Rates from which on each samplingFrequencyIndex is the one whose tables are used (ISO/IEC 14496-3, table 4.82). */
const RATES_FROM = [92017, 75132, 55426, 46009, 37566, 27713, 23004, 18783, 13856, 11502, 9391];

/** @throws NotFollowed for object types without a walk */
export function readAudioConfig(config: Uint8Array): AudioConfig {
  const bits = new Bits().open(config, 0, config.length);
  let objectType = readObjectType(bits);
  const frequencyIndex = readFrequencyIndex(bits);
  const channelConfiguration = bits.read(4);
  if (objectType === SBR || objectType === PS) {
    readFrequencyIndex(bits); // extensionSamplingFrequencyIndex
    objectType = readObjectType(bits);
  }
  if (objectType !== MAIN && objectType !== LC && objectType !== LTP)
    throw new NotFollowed(`is of the audio object type ${objectType}`);
  return { objectType, frequencyIndex, channelConfiguration, frameLength: bits.flag() ? 960 : 1024 };
}

const readObjectType = (bits: Bits): number => {
  const type = bits.read(5);
  return type === 31 ? 32 + bits.read(6) : type;
};

function readFrequencyIndex(bits: Bits): number {
  const index = bits.read(4);
  if (index !== 15) return Math.min(index, 12);
  const rate = bits.read(24);
  const place = RATES_FROM.findIndex((from) => rate >= from);
  return place === -1 ? 11 : place;
}

const TAG = { es: 3, decoder: 4, specific: 5 } as const;

/** What `esds` says: objectTypeIndication, and DecoderSpecificInfo (ISO/IEC 14496-1, 7.2.6). */
export function readDecoderConfig(
  esds: Uint8Array,
): { readonly objectType: number; readonly specific: Uint8Array } | undefined {
  let at = 4; // version, flags
  let objectType: number | undefined;
  while (at + 2 <= esds.length) {
    const tag = esds[at++];
    let size = 0;
    for (let more = true; more && at < esds.length; at += 1) {
      size = (size << 7) | (esds[at]! & 127);
      more = esds[at]! >= 128;
    }
    if (tag === TAG.es) {
      const flags = esds[at + 2]!;
      at += 3 + ((flags & 0x80) !== 0 ? 2 : 0) + ((flags & 0x20) !== 0 ? 2 : 0);
      if ((flags & 0x40) !== 0) at += 1 + esds[at]!;
    } else if (tag === TAG.decoder) {
      objectType = esds[at]!;
      at += 13;
    } else if (tag === TAG.specific && objectType !== undefined) {
      return { objectType, specific: esds.subarray(at, at + size) };
    } else {
      at += size;
    }
  }
  return objectType === undefined ? undefined : { objectType, specific: new Uint8Array(0) };
}
