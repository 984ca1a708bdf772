import type { Codec } from '../codec.ts';
import { av1TemporalUnit } from './access-point.ts';
import { av1ConfigOf } from './build-config.ts';
import { av1CodecString } from './codec-string.ts';
import { parseAv1Config } from './config.ts';
import { OBU, readObu } from './obu.ts';
import { Av1RangeFinder } from './range-finder.ts';

/** A temporal unit in MP4 has no temporal delimiter (AV1 Codec ISO Media File Format Binding, 2.4). */
function withoutTemporalDelimiter(packet: Uint8Array): Uint8Array {
  if (packet.length === 0) return packet;
  const { type, end } = readObu(packet, 0, packet.length);
  return type === OBU.temporalDelimiter ? packet.subarray(end) : packet;
}

/** AV1 (AV1 Codec ISO Media File Format Binding). */
export const av1: Codec = {
  name: 'AV1',
  kind: 'video',
  entries: ['av01'],
  configBox: 'av1C',
  describe: (config, { boxes }, name) => ({
    codecs: av1CodecString(parseAv1Config(config, name), boxes.get('colr')),
  }),
  picture(config) {
    const { colors, fullRange = false } = parseAv1Config(config, '').sequenceHeader ?? {};
    return { colours: colors && { ...colors, fullRange } };
  },
  rangeFinder: (config, name) => new Av1RangeFinder(parseAv1Config(config, name), name),
  parts: 'tiles',
  accessPoints: () => av1TemporalUnit,
  configOf: av1ConfigOf,
  matroska: { id: 'V_AV1', needsConfig: true, sample: withoutTemporalDelimiter },
  dolbyVision: { av01: 'dav1' },
};
