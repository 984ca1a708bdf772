import type { AccessPointReader } from '../../../codecs/access-point.ts';
import { codecOf } from '../../../codecs/built-in.ts';
import type { Segment } from '../../../media/segment.ts';
import type { CodedTrack } from '../../../media/track.ts';

/** Whether these, the fragments of one segment before they are protected, are CMAF fragments of a CMAF track. */
export type CmafCheck = (fragments: readonly Segment[]) => boolean;

/**
 * Whether a track is a CMAF track (ISO/IEC 23000-19, 7.3), segment by segment: of what this writer does not do anyway, that is
 * one sample entry, and fragments that all begin with a stream access point of type 1 or 2. Containers mark key frames of
 * open GOPs as they mark any, so only the coded pictures tell.
 */
export function cmafCheck(track: CodedTrack): CmafCheck {
  if ((track.formats?.length ?? 1) > 1) return () => false;
  const test = codecOf(track)?.accessPoints?.(track.config);
  return (fragments) => fragments.every((fragment) => accessPoint(fragment, test) <= 2);
}

/** SAP type that a fragment begins with; 3 also where there is none. */
function accessPoint(
  { sync, data, sizes, decodeTime, durations, compositionOffsets }: Segment,
  test: AccessPointReader | undefined,
): number {
  if (sync[0] !== 1) return 3;
  const size = sizes[0] ?? 0;
  // Where the picture does not tell, the container's word counts.
  const [alone, led] = test?.(data.subarray(0, size), size) ?? [1, 1];
  const first = decodeTime + (compositionOffsets[0] ?? 0);
  let time = decodeTime;
  for (const [sample, offset] of compositionOffsets.entries()) {
    if (time + offset < first) return led;
    time += durations[sample] ?? 0;
  }
  return alone;
}
