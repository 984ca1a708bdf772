import { BitstreamError } from '../../base/bit-reader.ts';
import { BitReader } from '../../base/plain-bit-reader.ts';
import type { AudioInfo } from '../../media/track.ts';
import { vorbisLayout } from '../channel-layout.ts';

const STREAMINFO = 0;

/** A full box of metadata blocks, STREAMINFO first (Encapsulation of FLAC in ISO Base Media File Format, 3.3.2). */
export function parseDfla(config: Uint8Array): Partial<AudioInfo> {
  const bits = new BitReader(config.subarray(4));
  bits.read(1); // last metadata block
  if (bits.read(7) !== STREAMINFO) throw new BitstreamError('does not begin with STREAMINFO');
  bits.read(24); // its length
  for (const size of [16, 16, 24, 24]) bits.read(size); // smallest and largest block and frame
  const sampleRate = bits.read(20);
  const channels = bits.read(3) + 1;
  const layout = vorbisLayout(channels);
  return sampleRate === 0 ? { channels, ...layout } : { channels, sampleRate, ...layout };
}
