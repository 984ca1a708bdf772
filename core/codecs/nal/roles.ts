import { byNalCodec } from './entries.ts';

/** What a NAL unit is to who protects the samples that it is in. */
export type NalRole =
  /** A coded slice of the base layer: what decoders of the plain codec show. */
  | 'slice'
  /** A part of another layer: a second view, alpha, depth, a better quality. Decoders of the plain codec step over it. */
  | 'other-layer'
  /** A partition of a slice, which nobody knows how to cut. */
  | 'partition'
  /** It may hold whole NAL units of another layer or track, slices among them. */
  | 'wrapper'
  /** Everything else: it says how to decode, or is for nobody. */
  | 'clear';

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

const HEVC_FIRST_NON_VCL = 32;

/** By nal_unit_type (ITU-T H.265, table 7-1), of those that are no slices. */
const HEVC_WRAPPERS: ReadonlySet<number> = new Set([
  48, // aggregator (ISO/IEC 14496-15, A.2)
  49, // extractor (A.3)
  63, // enhancement layer of Dolby Vision
]);

/** @param first the first byte of the NAL unit */
export const avcRole = (first: number): NalRole => AVC_ROLES.get(first & 31) ?? 'clear';

/** @param first the first byte of the NAL unit @param second the one after it; `undefined` where the unit is cut short */
export function hevcRole(first: number, second: number | undefined): NalRole {
  const layer = ((first & 1) << 5) | ((second ?? 0) >> 3); // nuh_layer_id
  if (layer > 0) return 'other-layer';
  const type = (first >> 1) & 63;
  if (type < HEVC_FIRST_NON_VCL) return 'slice';
  return HEVC_WRAPPERS.has(type) ? 'wrapper' : 'clear';
}

/** What a NAL unit at `at` of `data` is. */
export type NalRoleReader = (data: Uint8Array, at: number) => NalRole;

const avc: NalRoleReader = (data, at) => avcRole(data[at]!);
const hevc: NalRoleReader = (data, at) => hevcRole(data[at]!, data[at + 1]);

/** By sample entry. */
const READERS: ReadonlyMap<string, NalRoleReader> = new Map(byNalCodec(avc, hevc));

/** Who knows the NAL units of a codec; `undefined` for codecs without. @param entry of the samples */
export const nalRoleReader = (entry: string): NalRoleReader | undefined => READERS.get(entry);
