import {
  DELIMITER,
  type NalByteStream,
  OTHER,
  openNal,
  type ParameterSetKind,
  startsPicture,
} from '../nal/byte-stream.ts';
import { buildHevcConfig } from './build-config.ts';
import { hevcCodecString } from './codec-string.ts';
import { parseHevcConfig } from './config.ts';
import { parseHevcPicture } from './picture-format.ts';
import { parsePps } from './pps.ts';
import { parseSps } from './sps.ts';

const SETS: Readonly<Record<number, ParameterSetKind>> = { 32: 'vps', 33: 'sps', 34: 'pps' };
const FIRST_IRAP = 16;
const LAST_IRAP = 23;
const LAST_SLICE = 31;
const ACCESS_UNIT_DELIMITER = 35;
/** Bytes of profile_tier_level() that the configuration repeats: general profile, compatibility, constraints, level. */
const GENERAL_PROFILE_BYTES = 12;

/** H.265 (ITU-T H.265, annex B). */
export const hevcByteStream: NalByteStream = {
  entries: ['hvc1', 'hev1'],
  configBox: 'hvcC',
  roleOf(nal) {
    const type = (nal[0]! >> 1) & 63;
    const layer = ((nal[0]! & 1) << 5) | ((nal[1] ?? 0) >> 3);
    const kind = layer === 0 ? SETS[type] : undefined;
    if (kind) return { role: 'set', kind };
    if (type === ACCESS_UNIT_DELIMITER) return DELIMITER;
    if (type > LAST_SLICE || layer > 0) return OTHER;
    const isSync = type >= FIRST_IRAP && type <= LAST_IRAP;
    return { role: 'slice', starts: startsPicture(nal, 2), isSync };
  },
  setId(kind, nal) {
    if (kind === 'vps') return openNal(nal, 2).bits(4);
    return (kind === 'sps' ? parseSps(openNal(nal, 2)) : parsePps(openNal(nal, 2))).id;
  },
  picture: (sps) => parseHevcPicture(openNal(sps, 2)),
  mayHaveFields: () => false,
  conformance(sps) {
    // Escaped bytes: the constraint flags are mostly zeros, so what is copied must be read, not sliced.
    const reader = openNal(sps, 2);
    reader.bits(8); // VPS id, sub-layers, nesting
    return Uint8Array.from({ length: GENERAL_PROFILE_BYTES }, () => reader.bits(8));
  },
  config: buildHevcConfig,
  codecString: (entry, config) => hevcCodecString(entry, parseHevcConfig(config, '')),
};
