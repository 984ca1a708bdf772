import { toHex } from '../base/bytes.ts';
import { fail } from '../base/errors.ts';
import type { ManifestFormat } from '../contract/delivery.ts';
import type { DrmContext, DrmSystem, HlsKey } from './drm-system.ts';
import type { SignalledSystem } from './signalled.ts';

/** The `pssh` boxes of all systems, for headers of MP4: only Common Encryption has any. */
export const psshBoxes = (systems: readonly SignalledSystem[], context: DrmContext): Uint8Array[] =>
  context.scheme === 'cenc' || context.scheme === 'cbcs'
    ? systems.flatMap((system) => system.pssh?.(context) ?? [])
    : [];

/** What playlists say of a key, for all systems: one `EXT-X-KEY` each. @param context of one key */
export const hlsKeys = (systems: readonly SignalledSystem[], context: DrmContext): HlsKey[] =>
  systems.flatMap((system) => system.hlsKey?.(context) ?? []);

/** Names of the systems that a manifest speaks of, for `Delivery.systems`. */
export const systemsIn = (manifest: ManifestFormat, systems: readonly DrmSystem[]): string[] =>
  systems
    .filter(({ contentProtection, hlsKey }) => (manifest === 'dash' ? contentProtection : hlsKey))
    .map(({ name }) => name);

/**
 * Let all systems say what they would of each of some keys: before anything is written is the time to find one that cannot.
 * @throws PackagerError as the systems do
 */
export function checkSignalling(systems: readonly SignalledSystem[], context: DrmContext): void {
  for (const key of context.keys) {
    const own = { ...context, keys: [key] };
    hlsKeys(systems, own);
    psshBoxes(systems, own);
  }
}

/**
 * Look at what playlists would say of several keys of a title: players tell keys apart by their addresses, and one that has chosen a
 * key format finds it at every encrypted segment (HLS Authoring Specification for Apple Devices).
 * @throws PackagerError INVALID_OPTION where two keys would have one address, KEY_DOCUMENT where key formats differ
 */
export function checkHlsKeys(systems: readonly SignalledSystem[], context: DrmContext): void {
  const { keys } = context;
  for (const system of systems) {
    const addresses = new Set<string>();
    let told = 0;
    for (const key of keys) {
      const line = system.hlsKey?.({ ...context, keys: [key] });
      if (!line) continue;
      told += 1;
      addresses.add(`${line.uri} ${line.keyId ? toHex(line.keyId) : ''}`);
    }
    if (told > 0 && told < keys.length)
      throw fail.keyDocument(
        `it says what HLS players of ${system.name} are to be told of ${told} of ${keys.length} keys, and nothing of the others.`,
        `Let the key server signal ${system.name} for every key of a title, or for none.`,
      );
    if (addresses.size < told)
      throw fail.invalidOption(
        `Several keys of the title would have one key URI of ${system.name}: players could not tell them apart.`,
        'Put {keyId} into the URI, which stands for the id of each key.',
      );
  }
}

/**
 * @param add what to add to `systems`: completes the hint
 * @throws PackagerError INVALID_OPTION when none of a mode's systems tells players of HLS how to get the key
 */
export function requireHlsSystem(mode: string, systems: readonly DrmSystem[], add: string): void {
  if (systems.some(({ hlsKey, systemId }) => hlsKey || systemId)) return;
  throw fail.invalidOption(
    `Mode ${mode} has no DRM system that tells HLS players how to get the key.`,
    `Add ${add} to its \`systems\`.`,
  );
}
