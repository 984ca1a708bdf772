import type { Presentation, TimedTrack } from './presentation.ts';
import type { TrackRef, UnitPlan } from './unit.ts';

const ref = ({ track: { input, id } }: TimedTrack): TrackRef => ({ input, id });

const unit = (id: string, tracks: readonly TimedTrack[]): UnitPlan => ({
  id,
  input: tracks[0]?.track.input ?? 0,
  tracks: tracks.map(ref),
  bytes: tracks.reduce((sum, { track }) => sum + track.bytes, 0),
});

/** One unit for each track: `video-1` … `video-N`, `audio-<language>`. For formats with one track a file (DASH, CMAF). */
export const planTracks = ({ video, audio }: Presentation): UnitPlan[] => [
  ...video.map((track, index) => unit(`video-${index + 1}`, [track])),
  ...audio.map((track) => unit(`audio-${track.track.language}`, [track])),
];

/**
 * One unit for each rendition, `media-1` … `media-N`: its video with the title's first audio track, the same in all of
 * them so that switching is seamless. Further audio languages are units of their own, `audio-<language>`.
 */
export function planRenditions({ video, audio }: Presentation): UnitPlan[] {
  const [main, ...others] = audio;
  const muxed = main ? [main] : [];
  const renditions = video.length > 0 ? video.map((track) => [track, ...muxed]) : [muxed];
  return [
    ...renditions.map((tracks, index) => unit(`media-${index + 1}`, tracks)),
    ...others.map((track) => unit(`audio-${track.track.language}`, [track])),
  ];
}
