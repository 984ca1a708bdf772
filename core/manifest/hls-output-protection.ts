import { largest } from '../base/largest.ts';
import type { ManifestJob } from '../contract/hooks.ts';
import type { RenditionResult } from '../contract/rendition.ts';
import type { HlsKey } from '../drm/drm-system.ts';
import type { ContentKey } from '../keys/content-key.ts';
import { identityOf, type ModeKeys, type PlacedKey } from '../keys/mode-keys.ts';
import { HDCP_LEVELS, type HdcpLevel } from '../keys/signalling.ts';
import { quoted } from './hls-attributes.ts';
import { keysOfTrack } from './track-keys.ts';

/** What a player has to have to be given the key of a variant (RFC 8216bis, 4.4.6.2): one that has not goes on with others. */
export interface OutputProtection {
  readonly hdcpLevel?: HdcpLevel;
  /** ALLOWED-CPC, as a quoted-string. */
  readonly allowedCpc?: string;
}

/** What key servers call qualities, and what Apple asks for them (HLS Authoring Specification for Apple Devices, 13.5 and 13.6). */
const LEVEL_OF_LABEL: ReadonlyMap<string, HdcpLevel> = new Map([
  ['SD', 'NONE'],
  ['HD', 'TYPE-0'],
  ['UHD', 'TYPE-1'],
  ['UHD1', 'TYPE-1'],
  ['UHD2', 'TYPE-1'],
]);

/** Up to how many pixels: SD by the widest of its limits, 1024×576; and 1920×1080. */
const SD_PIXELS = 589_824;
const HD_PIXELS = 2_073_600;

/**
 * What the variants of a title ask of players, by their keys: what the key source says comes first; else the level that goes with
 * the quality, where qualities have keys of their own. `NONE` is said then too: hls.js steps down only to what has a level.
 */
export function outputProtection(
  { keys, renditions, run }: ManifestJob,
  keyLines: (key: ContentKey) => readonly HlsKey[],
): (rendition: RenditionResult) => OutputProtection {
  const { keys: policy = 'one' } = run.title;
  const pictures = largestByKeys(keys, renditions);
  const goesByQuality =
    typeof policy === 'function'
      ? pictures.size > 1
      : (policy === 'by-quality' || typeof policy === 'object') && keys.distinct.length > 1;
  const ofQuality = (own: readonly PlacedKey[]): HdcpLevel | undefined => {
    const pixels = goesByQuality ? pictures.get(identityOf(own)) : undefined;
    return pixels === undefined ? undefined : (LEVEL_OF_LABEL.get(own[0]!.label) ?? levelOf(pixels));
  };
  return ({ tracks }) => {
    const own = tracks.map((track) => keysOfTrack(keys, track)).find(({ length }) => length > 0);
    if (!own) return {};
    const told = own.flatMap(({ key }) => key.hdcpLevel ?? []);
    const hdcpLevel =
      told.length > 0 ? HDCP_LEVELS[largest(told, (one) => HDCP_LEVELS.indexOf(one))] : ofQuality(own);
    const cpc = [...new Set(own.flatMap(({ key }) => keyLines(key).flatMap(allowed)))];
    return {
      ...(hdcpLevel && { hdcpLevel }),
      ...(cpc.length > 0 && { allowedCpc: quoted(cpc.join(',')) }),
    };
  };
}

/** The pixels of the largest picture under each keys, by their identity. */
function largestByKeys(keys: ModeKeys, renditions: readonly RenditionResult[]): Map<string, number> {
  const found = new Map<string, number>();
  /** Renditions of a label share their keys, of which a title may have thousands. */
  const identities = new Map<string | undefined, string>();
  for (const track of renditions.flatMap(({ tracks }) => tracks)) {
    if (track.kind !== 'video' || !track.encrypted) continue;
    const identity = identities.get(track.keyLabel) ?? identityOf(keysOfTrack(keys, track));
    identities.set(track.keyLabel, identity);
    found.set(identity, Math.max(found.get(identity) ?? 0, track.video.width * track.video.height));
  }
  return found;
}

const levelOf = (pixels: number): HdcpLevel => {
  if (pixels <= SD_PIXELS) return 'NONE';
  return pixels <= HD_PIXELS ? 'TYPE-0' : 'TYPE-1';
};

/** `com.microsoft.playready:SL2000/SL3000`. */
const allowed = ({ keyFormat = 'identity', allowedCpc = [] }: HlsKey): string[] =>
  allowedCpc.length === 0 ? [] : [`${keyFormat}:${allowedCpc.join('/')}`];
