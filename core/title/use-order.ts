import { fail } from '../base/errors.ts';
import { isAuxiliary } from '../media/roles.ts';
import { describeTrack, type TextTrack, type TrackInfo } from '../media/track.ts';
import type { InputInfo } from './presentation.ts';
import { programmeOf } from './switching-sets.ts';

/**
 * Tracks of a kind as players are to see them: the default first, then what says that it is the main one, then what says nothing, and
 * behind these what is for those who choose it alone. Among equals the order of the inputs.
 */
export const inOrderOfUse = <T extends TrackInfo>(tracks: readonly T[]): T[] =>
  tracks.toSorted((a, b) => rankOf(a) - rankOf(b));

function rankOf(track: TrackInfo): number {
  if (track.isDefault) return 0;
  // Nobody starts with any other text.
  if (track.kind === 'text') return 2;
  if (track.isDefault === false || isAuxiliary(track)) return 3;
  return track.roles?.includes('main') ? 1 : 2;
}

/**
 * Text of which one track at most is the default: files say so as well as configs, and they know nothing of each other. What the config
 * says goes before; of what files say the first.
 */
export function withOneDefault(inputs: readonly InputInfo[], tracks: readonly TextTrack[]): TextTrack[] {
  const isDeclared = ({ input }: TextTrack): boolean => inputs[input]?.choice?.default === true;
  const defaults = tracks.filter(({ isDefault }) => isDefault);
  const chosen = defaults.find(isDeclared) ?? defaults[0];
  return tracks.map((track) => {
    const isOther = track.isDefault && !isDeclared(track) && programmeOf(track) !== programmeOf(chosen!);
    if (!isOther) return track;
    const { isDefault: _, ...facts } = track;
    // It may be a method of a class, which a copy does not have.
    return { ...facts, read: () => track.read() };
  });
}

/**
 * The default of a kind is one programme, in however many codecs and qualities: players start with it.
 * @throws PackagerError INVALID_OPTION with two that are not
 */
export function requireOneDefault(inputs: readonly InputInfo[], tracks: readonly TrackInfo[]): void {
  const [first, ...others] = tracks.filter(({ isDefault }) => isDefault);
  const other = first && others.find((track) => programmeOf(track) !== programmeOf(first));
  if (!other) return;
  const named = (track: TrackInfo) => `${describeTrack(track)} (${inputs[track.input]?.path})`;
  throw fail.invalidOption(
    `Two ${first.kind} tracks are to be the default: ${named(first)} and ${named(other)}.`,
    'Set `default: true` for one of the inputs.',
  );
}
