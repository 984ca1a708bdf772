import { planRenditions } from '../media/plan-units.ts';
import type { Carriage } from '../packager.ts';
import { checkTsTrack } from './audio-format.ts';

/** MPEG-TS, as `writeTsRendition` writes it: H.264 with AAC, AC-3, E-AC-3, and MP3 where SAMPLE-AES is not asked for. */
export const TS_CARRIAGE: Carriage = {
  carries: ['avc1', 'avc3', 'mp4a', 'ac-3', 'ec-3'],
  check: checkTsTrack,
  plan: (presentation) => planRenditions(presentation).map((unit) => ({ ...unit, container: 'ts' })),
};
