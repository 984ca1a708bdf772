import type { Codec } from '../codec.ts';
import { parseDfla } from './config.ts';

/** FLAC (Encapsulation of FLAC in ISO Base Media File Format). Its codec string is the entry, letter case included: Safari takes no other. */
export const flac: Codec = {
  name: 'FLAC',
  kind: 'audio',
  entries: ['fLaC'],
  configBox: 'dfLa',
  describe: (config) => ({ audio: parseDfla(config) }),
};
