import type { Codec } from '../codec.ts';
import { av1TemporalUnit } from './access-point.ts';
import { av1CodecString } from './codec-string.ts';
import { parseAv1Config } from './config.ts';
import { Av1RangeFinder } from './range-finder.ts';

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
  dolbyVision: { av01: 'dav1' },
};
