import { RbspReader } from '../../base/bit-reader.ts';
import { u8, u16 } from '../../base/box.ts';
import { concat } from '../../base/bytes.ts';
import type { DecoderNeeds } from '../nal/byte-stream.ts';
import { parseHevcPicture } from './picture-format.ts';

const ARRAY_COMPLETENESS = 0x80;

/** Parameter sets of one stream, as whole NAL units, those first that are in force at the start. */
export interface HevcParameterSetList {
  readonly vps: readonly Uint8Array[];
  /** At least one. */
  readonly sps: readonly Uint8Array[];
  readonly pps: readonly Uint8Array[];
}

const NAL_TYPES = { vps: 32, sps: 33, pps: 34 } as const;

/**
 * The payload of `hvcC` (ISO/IEC 14496-15, 8.3.3) for samples with lengths of 4 bytes.
 * @param isComplete whether samples hold no further parameter sets (`hvc1`)
 */
export function buildHevcConfig(
  sets: HevcParameterSetList,
  { sps, conformance }: DecoderNeeds,
  isComplete: boolean,
): Uint8Array {
  const { format, subLayers, temporalIdNesting } = parseHevcPicture(
    new RbspReader().open(sps, 2, sps.length),
  );
  const completeness = isComplete ? ARRAY_COMPLETENESS : 0;
  const arrays = (['vps', 'sps', 'pps'] as const).filter((kind) => sets[kind].length > 0);
  return concat([
    u8(1), // configurationVersion
    conformance, // general profile, compatibility, constraints, level
    u16(0xf000), // min_spatial_segmentation_idc: not known
    u8(0xfc), // parallelismType: not known
    u8(0xfc | format.chromaFormat),
    u8(0xf8 | (format.lumaBits - 8)),
    u8(0xf8 | (format.chromaBits - 8)),
    u16(0), // avgFrameRate: not stated
    u8((subLayers << 3) | (Number(temporalIdNesting) << 2) | 3), // lengthSizeMinusOne 3
    u8(arrays.length),
    ...arrays.flatMap((kind) => [
      u8(completeness | NAL_TYPES[kind]),
      u16(sets[kind].length),
      ...sets[kind].flatMap((nal) => [u16(nal.length), nal]),
    ]),
  ]);
}
