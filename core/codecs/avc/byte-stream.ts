import { toHex } from '../../base/bytes.ts';
import {
  DELIMITER,
  type NalByteStream,
  OTHER,
  openNal,
  type ParameterSetKind,
  RECOVERY,
  startsPicture,
} from '../nal/byte-stream.ts';
import { SEI, seekSeiMessage } from '../nal/sei.ts';
import { buildAvcConfig } from './build-config.ts';
import { followsByFrameNumber } from './frame-number.ts';
import { AvcParameterSets, parsePps, parseSps } from './parameter-sets.ts';
import { parseAvcPicture } from './picture-format.ts';

const SETS: Readonly<Record<number, ParameterSetKind>> = { 7: 'sps', 8: 'pps' };
const IDR = 5;
const SEI_UNIT = 6;
const ACCESS_UNIT_DELIMITER = 9;

/** H.264 (ITU-T H.264, annex B). */
export const avcByteStream: NalByteStream = {
  entries: ['avc1', 'avc3'],
  configBox: 'avcC',
  roleOf(nal) {
    const type = nal[0]! & 31;
    const kind = SETS[type];
    if (kind) return { role: 'set', kind };
    if (type === ACCESS_UNIT_DELIMITER) return DELIMITER;
    if (type >= 1 && type <= IDR && type !== 3 && type !== 4)
      return { role: 'slice', starts: startsPicture(nal, 1), isSync: type === IDR };
    return type === SEI_UNIT && isRecoveryPoint(nal) ? RECOVERY : OTHER;
  },
  setId: (kind, nal) => (kind === 'sps' ? parseSps(openNal(nal, 1)) : parsePps(openNal(nal, 1))).id,
  picture: (sps) => parseAvcPicture(openNal(sps, 1)),
  mayHaveFields: (sps) => !parseSps(openNal(sps, 1)).frameMbsOnly,
  follows(before, slice, { sps, pps }) {
    const sets = new AvcParameterSets();
    for (const nal of sps) sets.addSps(openNal(nal, 1));
    for (const nal of pps) sets.addPps(openNal(nal, 1));
    return followsByFrameNumber(before, slice, sets);
  },
  conformance: (sps) => sps.subarray(1, 4),
  config: ({ sps, pps }, needs) => buildAvcConfig(sps, pps, needs),
  codecString: (entry, config) => `${entry}.${toHex(config.subarray(1, 4))}`,
};

/** A recovery point SEI message whose recovery_frame_cnt is 0 (ITU-T H.264, D.1.8). */
function isRecoveryPoint(sei: Uint8Array): boolean {
  const reader = openNal(sei, 1);
  return seekSeiMessage(reader, SEI.recoveryPoint) && reader.flag(); // ue(v) of 0 is a one
}
