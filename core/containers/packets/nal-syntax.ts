import { BitstreamError, RbspReader } from '../../base/bit-reader.ts';
import { toHex } from '../../base/bytes.ts';
import { buildAvcConfig } from '../../codecs/avc/build-config.ts';
import { parseAvcConfig } from '../../codecs/avc/config.ts';
import { followsByFrameNumber } from '../../codecs/avc/frame-number.ts';
import {
  AvcParameterSets,
  parsePps as parseAvcPps,
  parseSps as parseAvcSps,
} from '../../codecs/avc/parameter-sets.ts';
import { parseAvcPicture } from '../../codecs/avc/picture-format.ts';
import { buildHevcConfig } from '../../codecs/hevc/build-config.ts';
import { hevcCodecString } from '../../codecs/hevc/codec-string.ts';
import { parseHevcConfig } from '../../codecs/hevc/config.ts';
import { parseHevcPicture } from '../../codecs/hevc/picture-format.ts';
import { parsePps as parseHevcPps } from '../../codecs/hevc/pps.ts';
import { parseSps as parseHevcSps } from '../../codecs/hevc/sps.ts';
import { SEI, seekSeiMessage } from '../../codecs/nal/sei.ts';
import type { PictureFormat } from '../../codecs/picture-format.ts';

export type ParameterSetKind = 'vps' | 'sps' | 'pps';
export type ParameterSetLists = Readonly<Record<ParameterSetKind, readonly Uint8Array[]>>;

/** What a NAL unit is to a muxer. */
export type NalRole =
  | { readonly role: 'delimiter' | 'other' }
  | { readonly role: 'set'; readonly kind: ParameterSetKind }
  /** `starts`: the first slice of a picture, by all it says. */
  | { readonly role: 'slice'; readonly starts: boolean; readonly isSync: boolean }
  /** Decoding can start at the picture that follows, though it is no IDR picture. */
  | { readonly role: 'recovery' };

/** What H.264 and H.265 do differently, for streams that carry their parameter sets in band. */
export interface NalCodec {
  /** Sample entries with all parameter sets in the configuration, and with some in the samples. */
  readonly entries: readonly [outOfBand: string, inBand: string];
  readonly configBox: string;
  roleOf(nal: Uint8Array): NalRole;
  /** The id of a parameter set: a later one replaces an earlier one of the same id. */
  setId(kind: ParameterSetKind, nal: Uint8Array): number;
  picture(sps: Uint8Array): PictureFormat;
  /** Pictures may be pairs of fields that share a sample. */
  mayHaveFields(sps: Uint8Array): boolean;
  /** Whether nothing that others refer to is missing between two slices of pictures; absent where the bitstream does not tell. */
  follows?(before: Uint8Array, slice: Uint8Array, sets: ParameterSetLists): boolean;
  config(sets: ParameterSetLists, isComplete: boolean): Uint8Array;
  codecString(entry: string, config: Uint8Array): string;
}

const DELIMITER: NalRole = { role: 'delimiter' };
const OTHER: NalRole = { role: 'other' };
const RECOVERY: NalRole = { role: 'recovery' };

const open = (nal: Uint8Array, header: number): RbspReader => new RbspReader().open(nal, header, nal.length);

/** The top bit of a slice: first_mb_in_slice is 0, or first_slice_segment_in_pic_flag is set. */
const startsPicture = (nal: Uint8Array, header: number): boolean => ((nal[header] ?? 0) & 0x80) !== 0;

const AVC_SETS: Readonly<Record<number, ParameterSetKind>> = { 7: 'sps', 8: 'pps' };
const AVC_IDR = 5;
const AVC_SEI = 6;
const AVC_DELIMITER = 9;

export const AVC: NalCodec = {
  entries: ['avc1', 'avc3'],
  configBox: 'avcC',
  roleOf(nal) {
    const type = nal[0]! & 31;
    const kind = AVC_SETS[type];
    if (kind) return { role: 'set', kind };
    if (type === AVC_DELIMITER) return DELIMITER;
    if (type >= 1 && type <= AVC_IDR && type !== 3 && type !== 4)
      return { role: 'slice', starts: startsPicture(nal, 1), isSync: type === AVC_IDR };
    return type === AVC_SEI && isRecoveryPoint(nal) ? RECOVERY : OTHER;
  },
  setId: (kind, nal) => (kind === 'sps' ? parseAvcSps(open(nal, 1)) : parseAvcPps(open(nal, 1))).id,
  picture: (sps) => parseAvcPicture(open(sps, 1)),
  mayHaveFields: (sps) => !parseAvcSps(open(sps, 1)).frameMbsOnly,
  follows(before, slice, { sps, pps }) {
    const sets = new AvcParameterSets();
    for (const nal of sps) sets.addSps(open(nal, 1));
    for (const nal of pps) sets.addPps(open(nal, 1));
    return followsByFrameNumber(before, slice, sets);
  },
  config: ({ sps, pps }) => buildAvcConfig(sps, pps),
  codecString: (entry, config) => `${entry}.${toHex(parseAvcConfig(config, '').sps[0]!.subarray(1, 4))}`,
};

const HEVC_SETS: Readonly<Record<number, ParameterSetKind>> = { 32: 'vps', 33: 'sps', 34: 'pps' };
const HEVC_FIRST_IRAP = 16;
const HEVC_LAST_IRAP = 23;
const HEVC_LAST_SLICE = 31;
const HEVC_DELIMITER = 35;

export const HEVC: NalCodec = {
  entries: ['hvc1', 'hev1'],
  configBox: 'hvcC',
  roleOf(nal) {
    const type = (nal[0]! >> 1) & 63;
    const layer = ((nal[0]! & 1) << 5) | ((nal[1] ?? 0) >> 3);
    const kind = layer === 0 ? HEVC_SETS[type] : undefined;
    if (kind) return { role: 'set', kind };
    if (type === HEVC_DELIMITER) return DELIMITER;
    if (type > HEVC_LAST_SLICE || layer > 0) return OTHER;
    const isSync = type >= HEVC_FIRST_IRAP && type <= HEVC_LAST_IRAP;
    return { role: 'slice', starts: startsPicture(nal, 2), isSync };
  },
  setId(kind, nal) {
    if (kind === 'vps') return open(nal, 2).bits(4);
    return (kind === 'sps' ? parseHevcSps(open(nal, 2)) : parseHevcPps(open(nal, 2))).id;
  },
  picture: (sps) => parseHevcPicture(open(sps, 2)),
  mayHaveFields: () => false,
  config: buildHevcConfig,
  codecString: (entry, config) => hevcCodecString(entry, parseHevcConfig(config, '')),
};

/** A recovery point SEI message whose recovery_frame_cnt is 0 (ITU-T H.264, D.1.8). */
function isRecoveryPoint(sei: Uint8Array): boolean {
  const reader = open(sei, 1);
  try {
    seekSeiMessage(reader, SEI.recoveryPoint);
    return reader.ue() === 0;
  } catch (cause) {
    if (cause instanceof BitstreamError) return false; // the end of the unit, or one that nobody can read
    throw cause;
  }
}
