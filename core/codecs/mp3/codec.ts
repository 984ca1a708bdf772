import { MP4A_STRINGS } from '../../media/track.ts';
import type { Codec } from '../codec.ts';

/** MP3, which SAMPLE-AES does not know. */
export const mp3: Codec = {
  name: 'MP3',
  kind: 'audio',
  entries: ['mp4a'],
  strings: MP4A_STRINGS.mp3,
  configBox: 'esds',
};
