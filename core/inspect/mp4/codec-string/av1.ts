import { viewOf } from '../../../base/bytes.ts';
import { BitReader } from '../../../base/plain-bit-reader.ts';
import { type ColourPoints, colourPoints } from './av1-colour.ts';

/** Not monochrome, 4:2:0 of unknown position, BT.709 in its limited range: what a string without its tail means. */
const DEFAULT_TAIL = '0.110.01.01.01.0';

/** AV1 Codec ISO Media File Format Binding, 5. @param config AV1CodecConfigurationRecord @param colr payload of `colr`, which is asked first */
export function av1String(config: Uint8Array, colr: Uint8Array | undefined): string | undefined {
  if (config.length < 4) return undefined;
  const bits = new BitReader(config);
  bits.skip(8);
  const profile = bits.read(3);
  const level = bits.read(5);
  const tier = bits.flag() ? 'H' : 'M';
  const isHigh = bits.flag();
  const depth = bits.flag() ? 12 : isHigh ? 10 : 8;
  const monochrome = bits.read(1);
  const chroma = `${bits.read(1)}${bits.read(1)}${bits.read(2)}`;
  const points = nclx(colr) ?? colourPoints(config.subarray(4));
  const { primaries, transfer, matrix, isFullRange } = points;
  const position = chroma.startsWith('11') ? chroma : `${chroma.slice(0, 2)}0`;
  const tail = [monochrome, position, ...[primaries, transfer, matrix].map(two), Number(isFullRange)].join(
    '.',
  );
  const head = `av01.${profile}.${two(level)}${tier}.${two(depth)}`;
  return tail === DEFAULT_TAIL ? head : `${head}.${tail}`;
}

/** ColourInformationBox of type `nclx` (ISO/IEC 14496-12, 12.1.5). */
export function nclx(colr: Uint8Array | undefined): ColourPoints | undefined {
  if (!colr || colr.length < 11 || Buffer.from(colr.subarray(0, 4)).toString('latin1') !== 'nclx')
    return undefined;
  const view = viewOf(colr);
  const [primaries, transfer, matrix] = [view.getUint16(4), view.getUint16(6), view.getUint16(8)];
  return { primaries, transfer, matrix, isFullRange: colr[10]! >= 128 };
}

const two = (value: number): string => `${value}`.padStart(2, '0');
