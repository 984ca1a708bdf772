import type { Vp9Config } from './config.ts';

/** 4:2:0 with chroma on the luma samples, BT.709 in its limited range. */
const DEFAULT_TAIL = '.01.01.01.01.00';

/**
 * The codec string of RFC 6381 for VP9 (VP Codec ISO Media File Format Binding): `vp09.00.41.08`; the whole tail of
 * chroma and colours is left out where it is the default.
 */
export function vp9CodecString(config: Vp9Config): string {
  const { profile, level, bitDepth, chromaSubsampling, fullRange } = config;
  const { colourPrimaries, transferCharacteristics, matrixCoefficients } = config;
  const colours = [colourPrimaries, transferCharacteristics, matrixCoefficients];
  const tail = [chromaSubsampling, ...colours, Number(fullRange)].map(field).join('');
  const head = `vp09${[profile, level, bitDepth].map(field).join('')}`;
  return tail === DEFAULT_TAIL ? head : head + tail;
}

const field = (value: number): string => `.${`${value}`.padStart(2, '0')}`;
