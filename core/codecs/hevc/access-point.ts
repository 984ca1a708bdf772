import { type AccessPoint, CLOSED, OPEN, UNSURE } from '../access-point.ts';

/** The first nal_unit_type that is no slice. */
const HEVC_SLICES_END = 32;

/** By nal_unit_type of intra random access point pictures (ITU-T H.265, table 7-1). */
const HEVC_IRAP: ReadonlyMap<number, AccessPoint> = new Map([
  [16, OPEN], // BLA_W_LP
  [17, CLOSED], // BLA_W_RADL
  [18, CLOSED], // BLA_N_LP
  [19, CLOSED], // IDR_W_RADL
  [20, CLOSED], // IDR_N_LP
  [21, OPEN], // CRA_NUT
]);

export function hevcPicture(header: number): AccessPoint | undefined {
  const type = (header >> 1) & 63;
  return type < HEVC_SLICES_END ? (HEVC_IRAP.get(type) ?? UNSURE) : undefined;
}
