import { fail } from '../base/errors.ts';
import type { XmlNode } from '../base/xml/xml-node.ts';
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
 * The descriptors of an MPD for all systems: of several keys, as many for each system as it wants (`SignalledSystem.together`).
 * @param context of all keys of the tracks that are described
 */
export const keyDescriptors = (systems: readonly SignalledSystem[], context: DrmContext): XmlNode[] =>
  systems.flatMap((system) =>
    (system.together?.(context.keys) ?? [context.keys]).flatMap(
      (keys) => system.contentProtection?.({ ...context, keys }) ?? [],
    ),
  );

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
