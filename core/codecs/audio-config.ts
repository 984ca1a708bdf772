import { BitstreamError } from '../base/bit-reader.ts';
import { BitReader } from '../base/plain-bit-reader.ts';
import type { AudioInfo } from '../media/track.ts';
import { parseDac3, parseDec3 } from './ac3/config.ts';
import { opusLayout, vorbisLayout } from './channel-layout.ts';

/** By sample entry: who reads the payload of its configuration box. */
const PARSERS: Readonly<Record<string, (config: Uint8Array) => Partial<AudioInfo>>> = {
  'ac-3': parseDac3,
  'ec-3': parseDec3,
  Opus: parseDops,
  fLaC: parseDfla,
};

/**
 * What the configuration of AC-3, E-AC-3, Opus or FLAC says of the sound (`dac3`, `dec3`, `dOps`, `dfLa`); the fields of
 * the sample entry are not to be trusted, some of these codecs fill them with constants. Their codec string is the
 * sample entry itself, letter case included (RFC 6381, 3.3): Safari takes `Opus` and `fLaC` alone, Chromium these too.
 * @returns `undefined` for other codecs
 * @throws BitstreamError when the configuration is damaged
 */
export const parseAudioConfig = (entry: string, config: Uint8Array): Partial<AudioInfo> | undefined =>
  PARSERS[entry]?.(config);

/** Opus is decoded at 48 kHz, whatever the rate was before (Encapsulation of Opus in ISO Base Media File Format, 4.3.2). */
function parseDops(config: Uint8Array): Partial<AudioInfo> {
  const bits = new BitReader(config);
  bits.read(8); // Version
  const channels = bits.read(8);
  if (channels === 0) throw new BitstreamError('has no channels');
  bits.skip(16 + 32 + 16); // PreSkip, InputSampleRate, OutputGain
  return { channels, sampleRate: 48_000, ...opusLayout(channels, bits.read(8)) };
}

const STREAMINFO = 0;

/** A full box of metadata blocks, STREAMINFO first (Encapsulation of FLAC in ISO Base Media File Format, 3.3.2). */
function parseDfla(config: Uint8Array): Partial<AudioInfo> {
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
