/** Sample entries of H.264 (ISO/IEC 14496-15, 5.4.2), those of Dolby Vision over it among them. */
export const AVC_ENTRIES: readonly string[] = ['avc1', 'avc3', 'dva1', 'dvav'];

/** The same of HEVC (8.4.1). */
export const HEVC_ENTRIES: readonly string[] = ['hvc1', 'hev1', 'dvh1', 'dvhe'];

/** What is different for the two codecs that are made of NAL units, by sample entry. */
export const byNalCodec = <T>(avc: T, hevc: T): [entry: string, value: T][] => [
  ...AVC_ENTRIES.map((entry): [string, T] => [entry, avc]),
  ...HEVC_ENTRIES.map((entry): [string, T] => [entry, hevc]),
];
