import type { Codec } from '../codec.ts';
import { parseDops } from './config.ts';

/** Opus (Encapsulation of Opus in ISO Base Media File Format). Its codec string is the entry, letter case included: Safari takes no other. */
export const opus: Codec = {
  name: 'Opus',
  kind: 'audio',
  entries: ['Opus'],
  configBox: 'dOps',
  describe: (config) => ({ audio: parseDops(config) }),
};
