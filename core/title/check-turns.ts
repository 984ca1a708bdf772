import { describeTurn } from '../media/orientation.ts';
import type { VideoTrack } from '../media/track.ts';

/** Warn of renditions that players turn in different ways: they may switch between them at any time. */
export function checkTurns(
  video: readonly VideoTrack[],
  nameOf: (track: VideoTrack) => string,
  warn: (message: string) => void,
): void {
  const turnOf = (track: VideoTrack): string => describeTurn(track.video) ?? 'not turned';
  const [first, ...others] = video;
  const other = others.find((track) => turnOf(track) !== turnOf(first!));
  if (!first || !other) return;
  warn(
    `Renditions are turned in different ways: ${nameOf(first)} is ${turnOf(first)}, ${nameOf(other)} is ${turnOf(other)}. ` +
      'In HLS players switch between them all the same: encode all of them upright.',
  );
}
