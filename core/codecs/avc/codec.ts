import { RbspReader } from '../../base/bit-reader.ts';
import { toHex } from '../../base/bytes.ts';
import type { Codec } from '../codec.ts';
import { nalAccessPoints } from '../nal/access-points.ts';
import { lengthSizeOf, type NalRules } from '../nal/rules.ts';
import { avcPicture } from './access-point.ts';
import { avcByteStream } from './byte-stream.ts';
import { parseAvcConfig } from './config.ts';
import { avcRole } from './nal-role.ts';
import { parseAvcPicture } from './picture-format.ts';
import { createAvcRangeFinder } from './range-finder.ts';
import { protectAvc } from './sample-aes.ts';

/** ITU-T H.264, table 7-1. */
const nal: NalRules = {
  headerBytes: 1,
  typeOf: (first) => first & 31,
  roleOf: (data, at) => avcRole(data[at]!),
  isPicture: (type) => type >= 1 && type <= 5,
  seiType: 6,
  parameterSets: [7, 8],
  delimiterType: 9,
  lengthSizeAt: 4,
  configured(config, name) {
    const { sps, pps } = parseAvcConfig(config, name);
    return [...sps, ...pps];
  },
  outOfBand: { avc3: 'avc1', dvav: 'dva1' },
};

/** H.264 (ISO/IEC 14496-15, 5.4.2), alone and under Dolby Vision. */
export const avc: Codec = {
  name: 'H.264',
  kind: 'video',
  entries: ['avc1', 'avc3', 'dva1', 'dvav'],
  configBox: 'avcC',
  describe(config, { type }, name) {
    parseAvcConfig(config, name);
    return { codecs: `${type}.${toHex(config.subarray(1, 4))}` };
  },
  picture(config) {
    const [sps] = parseAvcConfig(config, '').sps;
    return sps ? parseAvcPicture(new RbspReader().open(sps, nal.headerBytes, sps.length)) : {};
  },
  rangeFinder: (config, name) => createAvcRangeFinder(parseAvcConfig(config, name), name),
  accessPoints: (config) => nalAccessPoints(lengthSizeOf(nal, config), avcPicture),
  // Media Source Extensions look into it.
  needsIdr: true,
  nal,
  byteStream: avcByteStream,
  matroska: { id: 'V_MPEG4/ISO/AVC' },
  sampleAes: protectAvc,
  dolbyVision: { avc1: 'dva1', avc3: 'dvav' },
};
