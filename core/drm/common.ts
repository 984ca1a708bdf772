import { contentProtection, psshElement } from './content-protection.ts';
import { commonEncryption } from './context.ts';
import type { DrmContext, DrmSystem } from './drm-system.ts';
import { pssh } from './pssh.ts';

export const COMMON_ID = '1077efec-c0b2-4d02-ace3-3c1e52e2fb4b';

/** The W3C common system: key ids and nothing else. What EME ClearKey reads, and any system may. */
export function common(): DrmSystem {
  const box = (context: DrmContext) => {
    commonEncryption('The common system', context);
    const keyIds = context.keys.map((key) => key.id);
    return pssh(COMMON_ID, new Uint8Array(0), keyIds);
  };
  return {
    name: 'common',
    pssh: (context) => [box(context)],
    contentProtection: (context) => contentProtection(COMMON_ID, undefined, [psshElement(box(context))]),
  };
}
