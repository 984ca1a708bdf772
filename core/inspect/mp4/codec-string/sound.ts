import { BitstreamError } from '../../../base/bit-reader.ts';
import { BitReader } from '../../../base/plain-bit-reader.ts';
import { readAudioConfig } from './aac.ts';
import { readElementaryStream } from './descriptors.ts';

/** Values of objectTypeIndication (mp4ra.org): MPEG-4 Visual, MPEG-4 Audio; AC-3 and Enhanced AC-3 in `mp4a`. */
const [VISUAL, AUDIO, AC3, EAC3] = [0x20, 0x40, 0xa5, 0xa6];

/** Sound, and what else has `esds`. */
export function soundString(format: string, config: Uint8Array): string | undefined {
  if (format === 'ac-4') return ac4String(config);
  if (format.startsWith('mh')) return config.length < 2 ? undefined : `${format}.0x${hex(config[1]!)}`;
  const stream = readElementaryStream(config);
  if (!stream) return undefined;
  const { objectType, specific } = stream;
  if (objectType === AC3) return 'ac-3';
  if (objectType === EAC3) return 'ec-3';
  if (objectType === AUDIO) {
    const audio = readAudioConfig(specific);
    return audio && `${format}.40.${audio.announced}`;
  }
  // profile_and_level_indication of the visual object sequence (ISO/IEC 14496-2, 6.2.2).
  if (objectType === VISUAL && specific[3] === 0xb0) return `${format}.20.${specific[4] ?? 0}`;
  return `${format}.${hex(objectType)}`;
}

/** ETSI TS 103 190-2, E.13: bitstream version, presentation version, mdcompat of the first presentation. */
function ac4String(config: Uint8Array): string | undefined {
  try {
    const bits = new BitReader(config);
    bits.skip(3);
    const version = bits.read(7);
    bits.skip(5);
    const presentations = bits.read(9);
    if (version < 2 || presentations === 0) return undefined;
    if (bits.flag() && bits.skip(16) === undefined && bits.flag()) bits.skip(128);
    bits.skip(66);
    bits.skip((8 - ((config.length * 8 - bits.left) % 8)) % 8);
    const presentation = bits.read(8);
    if (bits.read(8) === 255) bits.skip(16);
    if (presentation === 0) return undefined;
    bits.skip(5);
    return `ac-4.${[version, presentation, bits.read(3)].map(hex).join('.')}`;
  } catch (cause) {
    if (cause instanceof BitstreamError) return undefined;
    throw cause;
  }
}

/** Channels and sample rate of a sample entry, as far as its configuration says them better than its own fields, which are short. */
export function soundOf(
  format: string,
  config: Uint8Array,
  entry: { readonly channels?: number; readonly sampleRate?: number },
): { readonly channels: number; readonly sampleRate: number } {
  const { channels = 0, sampleRate = 0 } = entry;
  if (format === 'Opus') return { channels: config[1] ?? channels, sampleRate: 48_000 };
  // STREAMINFO, behind version, flags and the header of its block: 20 bits of sample rate, 3 of channels less 1.
  if (format === 'fLaC' && config.length >= 21) {
    const [high = 0, middle = 0, low = 0] = config.subarray(18, 21);
    return { channels: ((low >> 1) & 7) + 1, sampleRate: (high << 12) | (middle << 4) | (low >> 4) };
  }
  if (format !== 'mp4a') return { channels, sampleRate };
  const stream = readElementaryStream(config);
  const audio = stream?.objectType === AUDIO ? readAudioConfig(stream.specific) : undefined;
  return { channels: audio?.channels ?? channels, sampleRate: audio?.sampleRate ?? sampleRate };
}

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(2, '0');
