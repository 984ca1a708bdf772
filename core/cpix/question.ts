import type { KeyRequest } from '../contract/hooks.ts';
import type { ModeDefinition } from '../contract/packager.ts';
import type { KeyPlace } from '../keys/content-key-set.ts';
import type { CpixRequest, WantedSystem } from './build.ts';
import type { Dialect } from './dialect.ts';
import { derivedKeyId } from './key-id.ts';

/** The one key that is wanted. */
export interface WantedKey extends Pick<KeyRequest, 'contentId' | 'scheme'>, KeyPlace {}

/** One request to the server, and the kind of key that it is for: requests of one kind are one request. */
export interface KeyQuestion {
  /** Equal for requests that are one. */
  readonly kind: string;
  /** What the server is told: `cbcs` or `cenc` for SAMPLE-AES. */
  readonly scheme: string;
  readonly document: CpixRequest;
}

/**
 * What to ask a key server for one key: with the DRM systems of all the title's modes that share it.
 *
 * @param asker Name of the key source: others propose other key ids.
 */
export function describeQuestion(
  wanted: WantedKey,
  modes: readonly ModeDefinition[],
  dialect: Dialect,
  asker: string,
): KeyQuestion {
  const { contentId, label, period } = wanted;
  const schemeOf = (scheme: string) => commonScheme(scheme, modes, dialect);
  const scheme = schemeOf(wanted.scheme);
  const kid = derivedKeyId(asker, contentId, scheme, label, period);
  return {
    kind: JSON.stringify([contentId, scheme, label, period]),
    scheme,
    document: {
      contentId,
      period,
      keys: [{ kid, label }],
      scheme,
      systems: wantedSystems(modes.filter((mode) => schemeOf(mode.scheme) === scheme)),
    },
  };
}

/** SAMPLE-AES is what `cbcs` was made of: servers know it under that name, or give one key for everything. */
function commonScheme(scheme: string, modes: readonly ModeDefinition[], { sharesKey }: Dialect): string {
  if (scheme !== 'sample-aes') return scheme;
  return sharesKey && modes.some((mode) => mode.scheme === 'cenc') ? 'cenc' : 'cbcs';
}

/** Every system that one of the modes signals, with where that goes. */
function wantedSystems(modes: readonly ModeDefinition[]): WantedSystem[] {
  const wanted = new Map<string, WantedSystem>();
  for (const { scheme, systemIds = [] } of modes) {
    for (const systemId of systemIds) {
      const before = wanted.get(systemId);
      wanted.set(systemId, {
        systemId,
        mp4: before?.mp4 === true || IN_MP4.has(scheme),
        hls: before?.hls === true || scheme !== 'cenc',
      });
    }
  }
  return [...wanted.values()];
}

/** The schemes of Common Encryption (ISO/IEC 23001-7, 10): of any other there is nothing to say in MP4 or in an MPD. */
const IN_MP4 = new Set(['cenc', 'cbc1', 'cens', 'cbcs']);
