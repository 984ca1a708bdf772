import { SDH_CHARACTERISTICS } from './roles.ts';
import type { TextTrackInfo } from './track.ts';

/** What text is for, as a config or a file says it. */
export interface DeclaredUse {
  readonly roles?: readonly string[] | undefined;
  readonly characteristics?: readonly string[] | undefined;
  /** Shown though nobody has chosen subtitles. */
  readonly isForced?: boolean | undefined;
  /** For the deaf and hard of hearing. */
  readonly isSdh?: boolean | undefined;
}

/** What of that a track says. */
export type TextUse = Pick<TextTrackInfo, 'roles' | 'characteristics' | 'isForced'>;

/** All that follows from what text is for: each fact once, wherever manifests look for it. */
export function textUse({
  isForced = false,
  isSdh = false,
  roles: own = [],
  characteristics = [],
}: DeclaredUse): TextUse {
  const roles = new Set(own);
  const forWhom = new Set(characteristics);
  const forced = isForced || roles.has('forced-subtitle');
  if (forced) roles.add('forced-subtitle');
  if (isSdh) {
    roles.add('caption');
    for (const name of SDH_CHARACTERISTICS) forWhom.add(name);
  }
  // Both are subtitles of a special kind.
  if (forced || isSdh) roles.delete('subtitle');
  return {
    ...(roles.size > 0 && { roles: [...roles] }),
    ...(forWhom.size > 0 && { characteristics: [...forWhom] }),
    ...(forced && { isForced: true }),
  };
}
