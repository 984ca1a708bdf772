import type { TrackInfo } from '../media/track.ts';
import type { InputInfo } from './presentation.ts';

/**
 * Whether another input, of the same file, names a track or says something of it, and this one does not: a file may be given once for
 * all that it has, and again for what is to be said of some. Then that one gives it.
 */
export const isSaidElsewhere = (
  input: InputInfo,
  track: TrackInfo,
  inputs: readonly InputInfo[],
  tracksOf: (input: InputInfo) => readonly TrackInfo[],
): boolean =>
  !saysOf(input, track) &&
  inputs.some(
    (other) =>
      isSameFile(input, other) &&
      saysOf(other, track) &&
      tracksOf(other).some(({ kind, id }) => kind === track.kind && id === track.id),
  );

/** A path may stand for several references that differ where nobody is to look (`InputInfo.path`). */
const isSameFile = (one: InputInfo, other: InputInfo): boolean =>
  one !== other &&
  one.path === other.path &&
  one.bytes === other.bytes &&
  JSON.stringify(one.identity) === JSON.stringify(other.identity);

function saysOf({ choice }: InputInfo, { kind, id }: TrackInfo): boolean {
  if (choice === undefined) return false;
  const { video: _video, audio, score: _score, ...facts } = choice;
  const isPicked = kind === 'audio' && Array.isArray(audio) && audio.includes(id);
  return isPicked || Object.values(facts).some((fact) => fact !== undefined);
}
