import { BitstreamError } from '../base/bit-reader.ts';
import { type Box, fullBox, u8, u16, zeros } from '../base/box.ts';
import { concat } from '../base/bytes.ts';

const ES_DESCRIPTOR = 3;
const DECODER_CONFIG = 4;
const DECODER_SPECIFIC_INFO = 5;
const SL_CONFIG = 6;
const NO_RATES = zeros(11);
/** streamType 5 (audio), upStream 0, reserved 1. */
const AUDIO_STREAM = 0x15;

/**
 * `esds` of an audio stream (ISO/IEC 14496-1, 7.2.6; 14496-14, 5.6).
 * @param objectType objectTypeIndication: 0x40 MPEG-4 audio, 0x69 and 0x6B MP3
 * @param decoderConfig an AudioSpecificConfig; empty for MP3
 * @param rates bufferSizeDB, maxBitrate and avgBitrate; all 0: not stated
 */
export function esds(objectType: number, decoderConfig: Uint8Array, rates: Uint8Array = NO_RATES): Box {
  const specific = decoderConfig.length > 0 ? descriptor(DECODER_SPECIFIC_INFO, decoderConfig) : zeros(0);
  const decoder = descriptor(DECODER_CONFIG, u8(objectType), u8(AUDIO_STREAM), rates, specific);
  const sync = descriptor(SL_CONFIG, u8(2)); // predefined: MP4
  return fullBox('esds', 0, 0, descriptor(ES_DESCRIPTOR, u16(0), u8(0), decoder, sync));
}

/** What the two bytes of length that count can say, seven bits each; real ones have a hundred bytes. */
const MOST_DESCRIPTOR_BYTES = 0x3fff;

function descriptor(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = concat(parts);
  if (body.length > MOST_DESCRIPTOR_BYTES)
    throw new BitstreamError(`has a decoder configuration of ${body.length} bytes`);
  return concat([u8(tag), u8(0x80), u8(0x80 | (body.length >> 7)), u8(body.length & 0x7f), body]);
}
