import { BitstreamError } from '../../base/bit-reader.ts';
import { BitReader } from '../../base/plain-bit-reader.ts';
import type { AudioInfo } from '../../media/track.ts';
import { opusLayout } from '../channel-layout.ts';

/** Opus is decoded at 48 kHz, whatever the rate was before (Encapsulation of Opus in ISO Base Media File Format, 4.3.2). */
export function parseDops(config: Uint8Array): Partial<AudioInfo> {
  const bits = new BitReader(config);
  bits.read(8); // Version
  const channels = bits.read(8);
  if (channels === 0) throw new BitstreamError('has no channels');
  bits.skip(16 + 32 + 16); // PreSkip, InputSampleRate, OutputGain
  return { channels, sampleRate: 48_000, ...opusLayout(channels, bits.read(8)) };
}
