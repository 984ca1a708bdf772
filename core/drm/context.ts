import { fail } from '../base/errors.ts';
import type { ContentKey } from '../keys/content-key.ts';
import type { DrmContext, HlsKey } from './drm-system.ts';

/** The key, where a format has room for one. */
export function firstKey({ keys }: DrmContext): ContentKey {
  const [key] = keys;
  if (key === undefined) throw fail.unexpected('A DRM system was asked to signal no key.');
  return key;
}

/** The context's scheme, where a system works with Common Encryption alone. */
export function commonEncryption(system: string, { scheme }: DrmContext): 'cenc' | 'cbcs' {
  if (scheme === 'cenc' || scheme === 'cbcs') return scheme;
  throw fail.invalidOption(
    `${system} signals cenc and cbcs only; this mode encrypts with ${scheme}.`,
    "Choose fairplay() or identity() for MPEG-TS; in HLS with fMP4 (container: 'fmp4') all systems work.",
  );
}

/** METHOD for a scheme (rfc8216bis, 4.4.4.4). */
export function hlsMethod({ scheme }: DrmContext): HlsKey['method'] {
  if (scheme === 'aes-128') return 'AES-128';
  return scheme === 'cenc' ? 'SAMPLE-AES-CTR' : 'SAMPLE-AES';
}
