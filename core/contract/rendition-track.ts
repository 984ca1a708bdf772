import { shownColours } from '../title/colours.ts';
import { pictureFacts } from '../title/picture-facts.ts';
import type { RenditionTrack } from './rendition.ts';
import type { ProtectedTrack, SegmentJob } from './segment-job.ts';

/** The plain facts of a job's track, for manifests and reports. */
export function renditionTrack(
  job: SegmentJob,
  { track, timing, protector }: ProtectedTrack,
): RenditionTrack {
  const colours = track.kind === 'video' ? shownColours(track) : undefined;
  const { input, id, kind, entry, codecs, timescale, language, duration, sampleCount, bytes } = track;
  return {
    ...{ input, id, kind, entry, codecs, timescale, language, duration, sampleCount, bytes },
    ...(track.video && { video: track.video }),
    ...(track.audio && { audio: track.audio }),
    ...pictureFacts(track),
    ...(colours && { colours }),
    encrypted: protector !== undefined || job.resourceProtector !== undefined,
    mediaTimeAtZero: timing.mediaTimeAtZero,
    startsWithSap: timing.accessPoints?.reduce((a, b) => Math.max(a, b)) ?? 1,
  };
}
