import type { Codec } from '../codec.ts';

/** MP3 in MP4: the object type of MPEG-1 (0x6B) or MPEG-2 (0x69) audio. SAMPLE-AES does not know it. */
export const mp3: Codec = {
  name: 'MP3',
  kind: 'audio',
  entries: ['mp4a'],
  strings: /^mp4a\.6[9b]$/i,
  configBox: 'esds',
};
