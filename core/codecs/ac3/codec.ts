import type { Codec } from '../codec.ts';
import { parseDac3, parseDec3 } from './config.ts';
import { protectAc3, protectEac3 } from './sample-aes.ts';

/** AC-3 (ETSI TS 102 366, annex F). */
export const ac3: Codec = {
  name: 'AC-3',
  kind: 'audio',
  entries: ['ac-3'],
  configBox: 'dac3',
  describe: (config) => ({ audio: parseDac3(config) }),
  sampleAes: protectAc3,
};

/** E-AC-3, with objects (JOC) or without. */
export const eac3: Codec = {
  name: 'E-AC-3',
  kind: 'audio',
  entries: ['ec-3'],
  configBox: 'dec3',
  describe: (config) => ({ audio: parseDec3(config) }),
  sampleAes: protectEac3,
};
