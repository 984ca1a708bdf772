import { ceilTicks, fromTicks } from '../../../base/exact-time.ts';
import { largest } from '../../../base/largest.ts';
import type { Presentation } from '../../../title/presentation.ts';
import { CLOCK, DECODER_BUFFER } from '../clock.ts';

/**
 * The MPEG-TS time that is presented at 0, in 90 kHz ticks, one for all renditions of a title: large enough that no
 * DTS (output decode time − `decodeDelay` − `mediaTimeAtZero`) is negative and 100 ms remain for the decoder's buffer.
 */
export function tsOffsetOf({ video, audio, trickPlay = [] }: Presentation): number {
  const leads = [...video, ...audio, ...trickPlay].map(({ track, timing }) => {
    const lead = timing.decodeDelay + timing.mediaTimeAtZero - timing.shift;
    return ceilTicks(fromTicks(lead, track.timescale), CLOCK);
  });
  return DECODER_BUFFER + largest(leads, Number);
}
