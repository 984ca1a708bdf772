import { CHARACTERISTIC } from './roles.ts';
import type { AudioTrackInfo } from './track.ts';

/** What sound is for, as a config or a file says it. */
export interface DeclaredSoundUse {
  readonly roles?: readonly string[] | undefined;
  readonly characteristics?: readonly string[] | undefined;
  /** It tells who does not see what happens. */
  readonly isDescription?: boolean | undefined;
  /** It is made for who does not hear well. */
  readonly isForHearing?: boolean | undefined;
}

/** What of that a track says. */
export type SoundUse = Pick<AudioTrackInfo, 'roles' | 'characteristics'>;

/** The same, and what menus call it. */
export type SoundFacts = SoundUse & Pick<AudioTrackInfo, 'label'>;

/** All that follows from what sound is for: what describes the pictures says it twice, wherever manifests look for it. */
export function soundUse({
  roles: own = [],
  characteristics = [],
  isDescription = false,
  isForHearing = false,
}: DeclaredSoundUse): SoundUse {
  const [roles, forWhom] = [new Set(own), new Set(characteristics)];
  if (isDescription || roles.has('description')) forWhom.add(CHARACTERISTIC.describesVideo);
  if (forWhom.has(CHARACTERISTIC.describesVideo)) roles.add('description');
  if (isForHearing) forWhom.add(CHARACTERISTIC.enhancesSpeech);
  return {
    ...(roles.size > 0 && { roles: [...roles] }),
    ...(forWhom.size > 0 && { characteristics: [...forWhom] }),
  };
}
