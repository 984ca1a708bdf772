import { MP4A_STRINGS } from '../../media/track.ts';
import type { Codec } from '../codec.ts';
import { parseAudioSpecificConfig } from './config.ts';
import { protectAac } from './sample-aes.ts';

/** MPEG-4 audio, whose configuration says which: the codec string has the audio object type. */
const MPEG4_AUDIO = 'mp4a.40';

/** Extended HE-AAC (USAC, ISO/IEC 23003-3): all but its independent frames go on from the ones before. */
const XHE_AAC = 'mp4a.40.42';

/** AAC in all its kinds, of MPEG-4 and MPEG-2. */
export const aac: Codec = {
  name: 'AAC',
  kind: 'audio',
  entries: ['mp4a'],
  strings: MP4A_STRINGS.aac,
  configBox: 'esds',
  describe(config, { codecs }) {
    const facts = parseAudioSpecificConfig(config);
    const { channels, sampleRate, layout } = facts;
    return {
      codecs: codecs === MPEG4_AUDIO ? facts.codecs : codecs,
      audio: {
        ...(channels !== undefined && { channels }),
        sampleRate,
        ...(layout !== undefined && { layout }),
      },
    };
  },
  needsSync: (codecs) => codecs === XHE_AAC,
  sampleAes: protectAac,
};
