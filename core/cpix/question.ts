import { fail } from '../base/errors.ts';
import type { KeyRequest } from '../contract/hooks.ts';
import type { ModeDefinition } from '../contract/packager.ts';
import type { TitleOptions } from '../contract/title-options.ts';
import type { KeyPlace } from '../keys/content-key-set.ts';
import { labelUses } from '../keys/label-uses.ts';
import type { CpixRequest, WantedSystem } from './build.ts';
import type { Dialect } from './dialect.ts';
import { derivedKeyId } from './key-id.ts';

/** The key that is wanted, and the labels beside which it is asked for. */
export interface WantedKey extends Pick<KeyRequest, 'contentId' | 'scheme' | 'labels'>, KeyPlace {}

/** One request to the server, and the kind of keys that it is for: requests of one kind are one request. */
export interface KeyQuestion {
  /** Equal for requests that are one. */
  readonly kind: string;
  /** What the server is told: `cbcs` or `cenc` for SAMPLE-AES. */
  readonly scheme: string;
  readonly document: CpixRequest;
}

/**
 * What to ask a key server for one key: for those of all labels in its crypto period, with the DRM systems of all the title's modes
 * that share them.
 *
 * @param asker Name of the key source: others propose other key ids.
 * @throws PackagerError INVALID_OPTION for labels, a DRM system or a crypto period that the dialect cannot ask for
 */
export function describeQuestion(
  wanted: WantedKey,
  modes: readonly ModeDefinition[],
  dialect: Dialect,
  asker: string,
  { keys: policy, keyRotation }: Pick<TitleOptions, 'keys' | 'keyRotation'> = {},
): KeyQuestion {
  const { contentId, labels, period } = wanted;
  requirePeriods(dialect, period);
  requireLabels(dialect, labels);
  const schemeOf = (scheme: string) => commonScheme(scheme, modes, dialect);
  const scheme = schemeOf(wanted.scheme);
  const systems = wantedSystems(modes.filter((mode) => schemeOf(mode.scheme) === scheme));
  if (labels.length > 1) requireSystems(dialect, systems, labels);
  const rotates = keyRotation !== undefined && dialect.namesFirstPeriod !== false;
  return {
    kind: JSON.stringify([contentId, scheme, labels, period]),
    scheme,
    document: {
      contentId,
      period,
      rotates,
      keys: labelUses(labels, policy).map((use) => ({
        kid: derivedKeyId(asker, contentId, scheme, use.label, period),
        label: use.label,
        use,
      })),
      scheme,
      systems,
    },
  };
}

function requirePeriods({ name, periods = true }: Dialect, period: number): void {
  if (periods || period === 0) return;
  throw fail.invalidOption(
    `The dialect ${name} has no crypto periods: its server gives one key for a content, and none for period ${period}.`,
    'Leave `keyRotation` out, or take the keys from a source that has periods.',
  );
}

/** A single key can be asked for under any label: there is no other to tell it from. */
function requireLabels({ name, labels: known, request }: Dialect, labels: readonly string[]): void {
  if (labels.length === 1) return;
  const surplus = known && labels.filter((label) => !known.includes(label));
  if (known?.length === 0) {
    throw fail.invalidOption(
      `The dialect ${name} asks for one key a title: it cannot say which of several is for ${labels.join(', ')}.`,
      "Let all tracks share a key (`keys: 'one'`), or choose a dialect with track types, as speke-v2 is one.",
    );
  }
  if (known && surplus && surplus.length > 0) {
    throw fail.invalidOption(
      `The dialect ${name} has no track type for ${surplus.join(', ')}: it knows ${known.join(', ')}.`,
      "Let `keys` give those labels alone, as `keys: 'by-quality'` does.",
    );
  }
  const types = labelUses(labels).map((use) => request.usageRule?.(use.label, use).trackType ?? use.label);
  if (new Set(types).size === types.length) return;
  throw fail.invalidOption(
    `The dialect ${name} has the same track type for several of the labels ${labels.join(', ')} (${types.join(', ')}).`,
    'Let `keys` give labels that the server tells apart.',
  );
}

function requireSystems(
  { name, singleKeySystems = [] }: Dialect,
  systems: readonly WantedSystem[],
  labels: readonly string[],
): void {
  const single = systems.find(({ systemId }) => singleKeySystems.includes(systemId));
  if (!single) return;
  throw fail.invalidOption(
    `The dialect ${name} gives a single key for the DRM system ${single.systemId}, and ${labels.length} are to be asked for (${labels.join(', ')}).`,
    "Let all tracks share a key (`keys: 'one'`), or leave the mode or the system out.",
  );
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
