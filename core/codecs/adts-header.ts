import { BitstreamError } from './bit-reader.ts';
import { packBits } from './pack-bits.ts';
import { BitReader } from './plain-bit-reader.ts';

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

/** The AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1) of such frames: HE-AAC stays signalled implicitly, as ADTS does it. */
export const audioSpecificConfig = ({
  objectType,
  frequencyIndex,
  channelConfiguration,
}: Pick<AdtsHeader, 'objectType' | 'frequencyIndex' | 'channelConfiguration'>): Uint8Array =>
  packBits([
    [objectType, 5],
    [frequencyIndex, 4],
    [channelConfiguration, 4],
    [0, 3], // GASpecificConfig: 1024 samples, no core coder, no extension
  ]);
