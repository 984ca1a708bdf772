import type { AudioConfig } from './audio-config.ts';

/** What adts_fixed_header() and adts_variable_header() say (ISO/IEC 13818-7, 6.2). */
export interface AdtsHeader {
  readonly config: AudioConfig;
  /** Of the header with its CRC. */
  readonly bytes: number;
  /** raw_data_block()s in the frame. */
  readonly blocks: number;
  readonly hasCrc: boolean;
}

/** The ADTS header of a frame; `undefined`: there is none that fits. */
export function readAdts(data: Uint8Array, start: number, end: number): AdtsHeader | undefined {
  // No raw_data_block begins so: it would be ID_END at once, with ones for padding.
  if (end - start < 8 || data[start] !== 0xff || (data[start + 1]! & 0xf6) !== 0xf0) return undefined;
  const length = ((data[start + 3]! & 3) << 11) | (data[start + 4]! << 3) | (data[start + 5]! >> 5);
  const frequencyIndex = (data[start + 2]! >> 2) & 15;
  if (length !== end - start || frequencyIndex > 12) return undefined;
  const hasCrc = (data[start + 1]! & 1) === 0;
  const blocks = (data[start + 6]! & 3) + 1;
  // adts_header_error_check: where each of several blocks begins, and the CRC.
  const check = hasCrc ? 2 * blocks : 0;
  const objectType = (data[start + 2]! >> 6) + 1;
  const channelConfiguration = ((data[start + 2]! & 1) << 2) | (data[start + 3]! >> 6);
  const config = { objectType, frequencyIndex, channelConfiguration, frameLength: 1024 } as const;
  return { config, bytes: 7 + check, blocks, hasCrc };
}
