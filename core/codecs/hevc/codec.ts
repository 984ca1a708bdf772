import { RbspReader } from '../../base/bit-reader.ts';
import type { Codec } from '../codec.ts';
import { nalAccessPoints } from '../nal/access-points.ts';
import { lengthSizeOf, type NalRules } from '../nal/rules.ts';
import { hevcPicture } from './access-point.ts';
import { hevcByteStream } from './byte-stream.ts';
import { hevcCodecString } from './codec-string.ts';
import { parseHevcConfig } from './config.ts';
import { hevcRole } from './nal-role.ts';
import { parseHevcPicture } from './picture-format.ts';
import { createHevcRangeFinder } from './range-finder.ts';

const SPS = 33;

/** ITU-T H.265, table 7-1. */
const nal: NalRules = {
  headerBytes: 2,
  typeOf: (first) => (first >> 1) & 63,
  roleOf: (data, at) => hevcRole(data[at]!, data[at + 1]),
  isPicture: (type) => type < 32,
  seiType: 39,
  parameterSets: [32, SPS, 34],
  delimiterType: 35,
  lengthSizeAt: 21,
  configured: (config, name) => parseHevcConfig(config, name).nalUnits,
  outOfBand: { hev1: 'hvc1', dvhe: 'dvh1' },
};

const spsOf = (config: Uint8Array, name: string): Uint8Array | undefined =>
  nal.configured(config, name).find((unit) => nal.typeOf(unit[0]!) === SPS);

/** HEVC (ISO/IEC 14496-15, 8.4.1), alone and under Dolby Vision. */
export const hevc: Codec = {
  name: 'HEVC',
  kind: 'video',
  entries: ['hvc1', 'hev1', 'dvh1', 'dvhe'],
  configBox: 'hvcC',
  describe: (config, { type }, name) => ({ codecs: hevcCodecString(type, parseHevcConfig(config, name)) }),
  picture(config) {
    const sps = spsOf(config, '');
    return sps ? parseHevcPicture(new RbspReader().open(sps, nal.headerBytes, sps.length)) : {};
  },
  rangeFinder: (config, name) => createHevcRangeFinder(parseHevcConfig(config, name), name),
  accessPoints: (config) => nalAccessPoints(lengthSizeOf(nal, config), hevcPicture),
  nal,
  byteStream: hevcByteStream,
  matroska: {
    id: 'V_MPEGH/ISO/HEVC',
    // Without parameter sets in the configuration they can only be in the samples.
    entry: (config, name) => (spsOf(config, name) ? 'hvc1' : 'hev1'),
  },
  dolbyVision: { hvc1: 'dvh1', hev1: 'dvhe' },
};
