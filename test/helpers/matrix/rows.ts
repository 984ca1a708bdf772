import { MADE_AUDIO } from '../media/audio-media.ts';
import { AV1_MEDIA } from '../media/av1-media.ts';
import { DOLBY_VISION_MEDIA } from '../media/dolby-vision.ts';
import { HEVC_MEDIA } from '../media/hevc-media.ts';
import { ODD_MEDIA } from '../media/odd-media.ts';
import { VP9_MEDIA } from '../media/vp9-media.ts';
import { codecOf } from './codecs.ts';
import { SAMPLE_AES_SLICES } from './footnotes.ts';
import { LARGE_ROWS } from './large-rows.ts';
import { PACKET_ROWS } from './packet-rows.ts';
import { REAL_ROWS } from './real-rows.ts';
import { type MatrixRow, type RowCodecs, rowOf } from './row.ts';
import { SHAPE_ROWS } from './shape-rows.ts';

/** What is to be known of some of the odd media. */
const ODD_FACTS: Readonly<Record<string, RowCodecs>> = {
  'multi-slice': { incapable: SAMPLE_AES_SLICES },
  'many-slices': { hasTooManySlices: true },
};

const odd = ODD_MEDIA.map((media) => {
  const group = media.name.startsWith('fragmented') ? 'Fragmented MP4' : 'H.264 and AAC';
  return rowOf(media, group, ODD_FACTS[media.name]);
});

/** Every title of the matrix, group by group. */
export const ROWS: readonly MatrixRow[] = [
  ...odd,
  ...SHAPE_ROWS,
  ...HEVC_MEDIA.map((media) => rowOf(media, 'HEVC', { video: 'hevc' })),
  ...DOLBY_VISION_MEDIA.map((media) => {
    const video = media.name.endsWith('dva1') ? 'dolby-avc' : 'hevc';
    return rowOf(media, 'Dolby Vision', { video });
  }),
  ...AV1_MEDIA.map((media) => rowOf(media, 'AV1', { video: 'av1' })),
  ...VP9_MEDIA.map((media) => rowOf(media, 'VP9', { video: 'vp9' })),
  ...MADE_AUDIO.map((media) => rowOf(media, 'Audio', { audio: codecOf(media.codecs) })),
  ...PACKET_ROWS,
  ...LARGE_ROWS,
  ...REAL_ROWS,
];
