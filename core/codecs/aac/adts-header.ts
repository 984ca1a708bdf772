import { BitstreamError } from '../../base/bit-reader.ts';
import { packBits } from '../../base/pack-bits.ts';
import { BitReader } from '../../base/plain-bit-reader.ts';
import { parseAudioSpecificConfig, SAMPLING_FREQUENCIES } from './config.ts';

/** What an ADTS header says of its frame (ISO/IEC 14496-3, 1.A.2.2). */
export interface AdtsHeader {
  /** Audio object type of the core coder: 2 is AAC LC. */
  readonly objectType: number;
  readonly frequencyIndex: number;
  readonly channelConfiguration: number;
  /** Bytes of the header: 7, or 9 with a CRC. */
  readonly bytes: number;
  /** aac_frame_length: bytes of header and frame. */
  readonly frameLength: number;
}

/** @throws BitstreamError when there is no header, or it announces several raw data blocks */
export function parseAdtsHeader(data: Uint8Array): AdtsHeader {
  const bits = new BitReader(data);
  if (bits.read(12) !== 0xfff) throw new BitstreamError('has no ADTS header where one must begin');
  bits.read(3); // ID, layer
  const bytes = bits.flag() ? 7 : 9;
  const objectType = bits.read(2) + 1;
  const frequencyIndex = bits.read(4);
  bits.read(1); // private_bit
  const channelConfiguration = bits.read(3);
  bits.read(4); // original, home, copyright bits
  const frameLength = bits.read(13);
  bits.read(11); // adts_buffer_fullness
  if (bits.read(2) !== 0) throw new BitstreamError('has several raw data blocks in an ADTS frame');
  if (frameLength <= bytes || frameLength > data.length)
    throw new BitstreamError('has an ADTS frame that is cut short');
  return { objectType, frequencyIndex, channelConfiguration, bytes, frameLength };
}

/** The AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1) of such frames: of HE-AAC ADTS says nothing. */
export const audioSpecificConfig = (header: CoreConfig): Uint8Array => packBits(coreFields(header));

type CoreConfig = Pick<AdtsHeader, 'objectType' | 'frequencyIndex' | 'channelConfiguration'>;
type Field = readonly [value: number, bits: number];

const coreFields = ({ objectType, frequencyIndex, channelConfiguration }: CoreConfig): Field[] => [
  [objectType, 5],
  [frequencyIndex, 4],
  [channelConfiguration, 4],
  [0, 3], // GASpecificConfig: 1024 samples, no core coder, no extension
];

/** Twice the rate is three places up in the table of sampling frequencies. */
const DOUBLED = 3;
const MONO = 1;

/**
 * The AudioSpecificConfig of AAC LC, at 24 kHz or less, that has spectral band replication: as HE-AAC, in the way that decoders without
 * that step over (1.6.6.1). Mono is taken for parametric stereo (`SbrSearch`). One that lists its channels stays as it is.
 */
export function withSbr(config: Uint8Array): Uint8Array {
  const { objectType, samplingFrequencyIndex, channelConfiguration } = parseAudioSpecificConfig(config);
  if (channelConfiguration === 0 || samplingFrequencyIndex >= SAMPLING_FREQUENCIES.length) return config;
  const core = { objectType, frequencyIndex: samplingFrequencyIndex, channelConfiguration };
  const sbr: Field[] = [
    [0x2b7, 11], // syncExtensionType
    [5, 5], // extensionAudioObjectType
    [1, 1], // sbrPresentFlag
    [samplingFrequencyIndex - DOUBLED, 4],
  ];
  const ps: Field[] = [
    [0x548, 11], // syncExtensionType
    [1, 1], // psPresentFlag
  ];
  return packBits([...coreFields(core), ...sbr, ...(channelConfiguration === MONO ? ps : [])]);
}
