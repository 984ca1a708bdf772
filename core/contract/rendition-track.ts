import type { CodedInfo, CodedKind } from '../media/track.ts';
import { shownColours } from '../title/colours.ts';
import { pictureFacts } from '../title/picture-facts.ts';
import type { RenditionTrack } from './rendition.ts';
import type { ProtectedTrack, SegmentJob } from './segment-job.ts';

/** The plain facts of a job's track, for manifests and reports. */
export function renditionTrack(
  job: SegmentJob,
  { track, timing, keyLabel, protector }: ProtectedTrack,
): RenditionTrack {
  const encrypted = protector !== undefined || job.resourceProtector !== undefined;
  const written = {
    encrypted,
    // A single key needs no label; and what is clear has none that could keep players from switching to it.
    ...(encrypted && job.keys.distinct.length > 1 && { keyLabel }),
    mediaTimeAtZero: timing.mediaTimeAtZero,
    startsWithSap: timing.accessPoints?.reduce((a, b) => Math.max(a, b)) ?? 1,
  };
  if (track.kind === 'audio') return { ...plainFacts(track), audio: track.audio, ...written };
  const colours = shownColours(track);
  return {
    ...plainFacts(track),
    video: track.video,
    ...(track.trickPlay && { trickPlay: track.trickPlay }),
    ...(track.score !== undefined && { score: track.score }),
    ...pictureFacts(track),
    ...(colours && { colours }),
    ...written,
  };
}

/** What of a track crosses threads: not where its samples are. */
function plainFacts<K extends CodedKind>(
  track: CodedInfo & { readonly kind: K },
): CodedInfo & { readonly kind: K } {
  const { input, id, kind, entry, codecs, timescale, language, duration, sampleCount, bytes } = track;
  const { roles, label, characteristics, isForced, isDefault } = track;
  return {
    ...{ input, id, kind, entry, codecs, timescale, language, duration, sampleCount, bytes },
    ...(roles && { roles }),
    ...(label !== undefined && { label }),
    ...(characteristics && { characteristics }),
    ...(isForced && { isForced }),
    ...(isDefault && { isDefault }),
  };
}
