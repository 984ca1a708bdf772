import { fromHex, toHex, toUuid } from '../base/bytes.ts';
import { fail } from '../base/errors.ts';
import type { ManifestFormat } from '../contract/delivery.ts';
import type { ContentKey } from '../keys/content-key.ts';
import { distinctKeys, type ModeKeys } from '../keys/mode-keys.ts';
import type { DrmContext, HlsKey } from './drm-system.ts';
import { keyIdsIn } from './named-keys.ts';
import { hlsKeys, keyDescriptors, psshBoxes } from './signal-keys.ts';
import type { SignalledSystem } from './signalled.ts';

/** What the keys of a title are signalled for. */
export interface SignallingFacts extends Pick<DrmContext, 'contentId' | 'scheme'> {
  /** The mode, as messages name it. */
  readonly mode: string;
}

/** What players are told of the keys of a title in a mode, by all of its DRM systems: the words that writers of files and manifests ask for. */
export interface KeySignals {
  /** `pssh` boxes for `moov`. @param keys of a track, by crypto period */
  pssh(keys: readonly ContentKey[]): Uint8Array[];
  /** `pssh` boxes for each `moof` of a later crypto period. */
  keyPssh(key: ContentKey, period: number): Uint8Array[];
  /** What playlists say of a key: one `EXT-X-KEY` for each system. */
  keyLines(key: ContentKey): HlsKey[];
  /**
   * Have everything said that files and manifests will say: before anything is written is the time to find what cannot be.
   * @throws PackagerError as the systems do; INVALID_OPTION where HLS would have no key line or two keys one address, KEY_DOCUMENT where
   * key formats differ
   */
  check(keys: ModeKeys, manifests: readonly ManifestFormat[]): void;
}

/** What DRM systems say of the keys of a title. */
export function keySignals(systems: readonly SignalledSystem[], facts: SignallingFacts): KeySignals {
  const { contentId, scheme, mode } = facts;
  const context = (keys: readonly ContentKey[]): DrmContext => ({ contentId, keys, scheme });
  const signals: KeySignals = {
    pssh: (keys) => psshBoxes(systems, context(keys)),
    keyPssh: (key, period) => psshBoxes(systems, { ...context([key]), period }),
    keyLines: (key) => hlsKeys(systems, context([key])),
    check(keys, manifests) {
      for (const label of new Set(keys.all.map((placed) => placed.label))) {
        const own = keys.placed(label);
        const distinct = distinctKeys(own);
        signals.pssh(distinct);
        if (own.length > 1) for (const { key, period } of own) signals.keyPssh(key, period);
        if (manifests.includes('dash')) keyDescriptors(systems, context(distinct));
      }
      if (!manifests.includes('hls')) return;
      for (const system of systems) checkLines(system, keys.distinct, context);
      for (const key of keys.distinct) if (signals.keyLines(key).length === 0) throw noKeyLine(mode);
    },
  };
  return signals;
}

/** Without a key line players would take what is encrypted for clear. */
export const noKeyLine = (mode: string) =>
  fail.invalidOption(
    `Mode ${mode} has no DRM system that tells HLS players how to get the key.`,
    'Add one to its `systems` that has a word for HLS, or let the key server give HLSSignalingData.',
  );

/** What a URI says is between its player and the licence server; but it may have the id of a key in it. @param ids of the title */
function requireOwnUri({ uri }: HlsKey, { hexId, uuid }: ContentKey, ids: ReadonlySet<string>): void {
  const named = keyIdsIn(uri);
  const other = named.includes(hexId) ? undefined : named.find((id) => ids.has(id));
  if (other === undefined) return;
  throw fail.keyDocument(
    `a key URI for HLS has the id of the key ${toUuid(fromHex(other))} in it, and is given with the key ${uuid}.`,
    'Let the key server signal each key by its own id.',
  );
}

/**
 * Look at what playlists would say of the keys of a title: players tell keys apart by their addresses, and one that has chosen a
 * key format finds it at every encrypted segment (HLS Authoring Specification for Apple Devices).
 */
function checkLines(
  system: SignalledSystem,
  keys: readonly ContentKey[],
  context: (keys: readonly ContentKey[]) => DrmContext,
): void {
  const ids = new Set(keys.map(({ hexId }) => hexId));
  const addresses = new Set<string>();
  const formats = new Set<string>();
  let told = 0;
  for (const key of keys) {
    const line = system.hlsKey?.(context([key]));
    if (!line) continue;
    told += 1;
    requireOwnUri(line, key, ids);
    addresses.add(`${line.uri} ${line.keyId ? toHex(line.keyId) : ''}`);
    formats.add(line.keyFormat ?? 'identity');
  }
  const hint = `Let the key server signal ${system.name} for every key of a title, or for none.`;
  if (told > 0 && told < keys.length)
    throw fail.keyDocument(
      `it says what HLS players of ${system.name} are to be told of ${told} of ${keys.length} keys, and nothing of the others.`,
      hint,
    );
  if (formats.size > 1)
    throw fail.keyDocument(
      `key lines of ${system.name} for HLS would have several KEYFORMATs (${[...formats].join(', ')}): players take those of one.`,
      hint,
    );
  if (addresses.size < told)
    throw fail.invalidOption(
      `Several keys of the title would have one key URI of ${system.name}: players could not tell them apart.`,
      'Put {keyId} into the URI, which stands for the id of each key.',
    );
}
