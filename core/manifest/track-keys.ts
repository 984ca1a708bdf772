import type { RenditionTrack } from '../contract/rendition.ts';
import { identityOf, type ModeKeys, type PlacedKey } from '../keys/mode-keys.ts';

/** What of a track says which keys it is under. */
type KeyFacts = Pick<RenditionTrack, 'encrypted' | 'keyLabel'>;

/**
 * The keys of a track, by crypto period; none of a clear one.
 * @throws PackagerError where nobody says which of several it is under: none is picked
 */
export function keysOfTrack(keys: ModeKeys, { encrypted, keyLabel }: KeyFacts): readonly PlacedKey[] {
  if (!encrypted) return [];
  const label = keyLabel ?? labelOfAll(keys);
  keys.first(label);
  return keys.placed(label);
}

/** The one label that there is; or any of several that share a key. @throws PackagerError where they have several */
export function labelOfAll(keys: ModeKeys): string {
  const [label = '', ...others] = new Set(keys.all.map((placed) => placed.label));
  if (others.length === 0) return label;
  const { hexId } = keys.only;
  return keys.all.find(({ key }) => key.hexId === hexId)!.label;
}

/** The track as switching sets see it: labels that share their keys are one, for players know key ids alone. */
export const withKeysAsLabel = <T extends KeyFacts>(keys: ModeKeys, track: T): T & { keyLabel: string } => ({
  ...track,
  keyLabel: identityOf(keysOfTrack(keys, track)),
});
