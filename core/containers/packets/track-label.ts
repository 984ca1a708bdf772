import { oneLine } from '../../base/printable.ts';

/** Characters of a name that a menu has room for. */
const LONGEST_NAME = 100;

/** A track, and how its file calls it; empty: not at all. */
export interface NamedTrack {
  readonly language: string;
  readonly name: string;
}

/**
 * What a menu calls a track. A name that tracks of several languages have says nothing of any of them, and would stand in place of the
 * language.
 */
export function labelOf({ language, name }: NamedTrack, tracks: readonly NamedTrack[]): string | undefined {
  const label = oneLine(name, LONGEST_NAME);
  const isShared = tracks.some((other) => other.language !== language && other.name === name);
  return label === '' || isShared ? undefined : label;
}
