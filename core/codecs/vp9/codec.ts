import type { Codec } from '../codec.ts';
import { vp9Frame } from './access-point.ts';
import { withVp9Level } from './build-config.ts';
import { vp9CodecString } from './codec-string.ts';
import { parseVp9Config } from './config.ts';
import { vp9HdrBoxes } from './hdr-boxes.ts';
import { vp9MatroskaConfig } from './matroska.ts';
import { Vp9RangeFinder } from './range-finder.ts';

/** A container that is not Matroska has no CodecPrivate. */
const NO_FEATURES = new Uint8Array(0);

/** VP9 (VP Codec ISO Media File Format Binding), which defines the `cenc` scheme alone. */
export const vp9: Codec = {
  name: 'VP9',
  kind: 'video',
  entries: ['vp09'],
  configBox: 'vpcC',
  describe: (config, _entry, name) => ({ codecs: vp9CodecString(parseVp9Config(config, name)) }),
  wholeConfig: withVp9Level,
  picture(config) {
    const { colourPrimaries, transferCharacteristics, matrixCoefficients, fullRange } = parseVp9Config(
      config,
      '',
    );
    const colours = {
      primaries: colourPrimaries,
      transfer: transferCharacteristics,
      matrix: matrixCoefficients,
      fullRange,
    };
    return { colours };
  },
  rangeFinder: (_config, name) => new Vp9RangeFinder(name),
  schemes: ['cenc'],
  accessPoints: () => vp9Frame,
  configOf: (_firstKey, facts) => vp9MatroskaConfig(NO_FEATURES, facts),
  hdrBoxes: vp9HdrBoxes,
  matroska: { id: 'V_VP9', config: vp9MatroskaConfig },
};
