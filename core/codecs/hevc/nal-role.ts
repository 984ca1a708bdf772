import type { NalRole } from '../nal/rules.ts';

const HEVC_FIRST_NON_VCL = 32;

/** By nal_unit_type (ITU-T H.265, table 7-1), of those that are no slices. */
const HEVC_WRAPPERS: ReadonlySet<number> = new Set([
  48, // aggregator (ISO/IEC 14496-15, A.2)
  49, // extractor (A.3)
  63, // enhancement layer of Dolby Vision
]);

/** @param first the first byte of the NAL unit @param second the one after it; `undefined` where the unit is cut short */
export function hevcRole(first: number, second: number | undefined): NalRole {
  const layer = ((first & 1) << 5) | ((second ?? 0) >> 3); // nuh_layer_id
  if (layer > 0) return 'other-layer';
  const type = (first >> 1) & 63;
  if (type < HEVC_FIRST_NON_VCL) return 'slice';
  return HEVC_WRAPPERS.has(type) ? 'wrapper' : 'clear';
}
