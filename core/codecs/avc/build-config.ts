import { RbspReader } from '../../base/bit-reader.ts';
import { u8, u16 } from '../../base/box.ts';
import { concat } from '../../base/bytes.ts';
import type { DecoderNeeds } from '../nal/byte-stream.ts';
import { SHORT_PROFILES } from './config.ts';
import { parseAvcPicture } from './picture-format.ts';

/**
 * The payload of `avcC` (ISO/IEC 14496-15, 5.3.3) for samples with lengths of 4 bytes.
 * @param sps whole NAL units, at least one and at most 31, the first in force at the start
 * @param pps whole NAL units, at most 255
 */
export function buildAvcConfig(
  sps: readonly Uint8Array[],
  pps: readonly Uint8Array[],
  { sps: told, conformance }: DecoderNeeds,
): Uint8Array {
  const { format } = parseAvcPicture(new RbspReader().open(told, 1, told.length));
  const sets = (list: readonly Uint8Array[]) => list.flatMap((nal) => [u16(nal.length), nal]);
  const { chromaFormat, lumaBits, chromaBits } = format;
  const extension = SHORT_PROFILES.has(conformance[0]!)
    ? []
    : [u8(0xfc | chromaFormat), u8(0xf8 | (lumaBits - 8)), u8(0xf8 | (chromaBits - 8)), u8(0)];
  return concat([
    u8(1), // configurationVersion
    conformance, // profile, compatibility, level
    u8(0xff), // reserved, lengthSizeMinusOne 3
    u8(0xe0 | sps.length),
    ...sets(sps),
    u8(pps.length),
    ...sets(pps),
    ...extension,
  ]);
}
