import { parseNclx } from '../nclx.ts';
import type { Av1Config } from './config.ts';

/** Colour of the tail that is left out: BT.709 in its limited range, 4:2:0. */
const DEFAULT_TAIL = '.0.110.01.01.01.0';
const DEFAULT_COLORS = { primaries: 1, transfer: 1, matrix: 1 };

/**
 * The codec string of RFC 6381 for AV1 (AV1 Codec ISO Media File Format Binding, 5): `av01.0.04M.08`. Colours are those
 * of a `colr` box of type `nclx`, else those of the sequence header; the whole tail is left out where it is the default.
 * @param colr the payload of the sample entry's `colr` box, if it has one
 */
export function av1CodecString(config: Av1Config, colr?: Uint8Array): string {
  const { profile, level, highTier, bitDepth, sequenceHeader } = config;
  const { monochrome, subsamplingX, subsamplingY, chromaSamplePosition } = config;
  const { primaries, transfer, matrix, fullRange } = parseNclx(colr) ?? {
    ...(sequenceHeader?.colors ?? DEFAULT_COLORS),
    fullRange: sequenceHeader?.fullRange ?? false,
  };
  const position = subsamplingX === 1 && subsamplingY === 1 ? chromaSamplePosition : 0;
  const chroma = `${subsamplingX}${subsamplingY}${position}`;
  const colors = [primaries, transfer, matrix].map(twoDigits).join('.');
  const tail = `.${Number(monochrome)}.${chroma}.${colors}.${Number(fullRange)}`;
  const head = `av01.${profile}.${twoDigits(level)}${highTier ? 'H' : 'M'}.${twoDigits(bitDepth)}`;
  return tail === DEFAULT_TAIL ? head : head + tail;
}

const twoDigits = (value: number): string => `${value}`.padStart(2, '0');
