import type { NalRole } from '../nal/rules.ts';

/** By nal_unit_type (ITU-T H.264, table 7-1); types 24 to 31 are the file format's and Dolby Vision's. */
const AVC_ROLES: ReadonlyMap<number, NalRole> = new Map([
  [1, 'slice'],
  [2, 'partition'],
  [3, 'partition'],
  [4, 'partition'],
  [5, 'slice'],
  [19, 'other-layer'], // auxiliary pictures, such as alpha
  [20, 'other-layer'], // scalable layers and other views
  [21, 'other-layer'], // depth and views of 3D video
  [30, 'wrapper'], // aggregator (ISO/IEC 14496-15, A.2), enhancement layer of Dolby Vision
  [31, 'wrapper'], // extractor (A.3)
]);

/** @param first the first byte of the NAL unit */
export const avcRole = (first: number): NalRole => AVC_ROLES.get(first & 31) ?? 'clear';
