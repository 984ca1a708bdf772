import type { Carriage } from '../../../contract/packager.ts';
import { planRenditions } from '../../../contract/plan-units.ts';
import { describeTurn } from '../../../media/orientation.ts';
import { describeTrack } from '../../../media/track.ts';
import { checkTsTrack } from './audio-format.ts';

const UPRIGHT = 'players show it as it is coded. Encode it upright, or choose a mode that writes fMP4.';

/** MPEG-TS, as `writeTsRendition` writes it: H.264 with AAC, AC-3, E-AC-3, and MP3 where SAMPLE-AES is not asked for. */
export const TS_CARRIAGE: Carriage = {
  carries: ['avc1', 'avc3', 'mp4a', 'ac-3', 'ec-3'],
  check: checkTsTrack,
  losesOf(track) {
    const turn = track.kind === 'video' ? describeTurn(track.video) : undefined;
    return turn && `MPEG-TS cannot say that ${describeTrack(track)} is ${turn}: ${UPRIGHT}`;
  },
  plan: (presentation, labelOf) =>
    planRenditions(presentation, labelOf).map((unit) => ({ ...unit, container: 'ts' })),
};
