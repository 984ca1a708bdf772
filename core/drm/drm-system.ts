import type { XmlNode } from '../base/xml/xml-node.ts';
import type { ContentKey } from '../keys/content-key.ts';

/** What a DRM system may draw on to signal itself. */
export interface DrmContext {
  readonly contentId: string;
  /** The keys of the tracks that are signalled together; one in a single-key title. */
  readonly keys: readonly ContentKey[];
  /** The crypto period of all these keys, from 0, in a title whose keys change; absent where they are of several, or do not change. */
  readonly period?: number;
  readonly scheme: 'cenc' | 'cbcs' | 'sample-aes' | 'aes-128';
  /** The system's own `pssh` box as the key server gave it: to be used in place of one that it would build. */
  readonly pssh?: Uint8Array;
}

/** Attributes of `EXT-X-KEY` and `EXT-X-SESSION-KEY` (RFC 8216, 4.3.2.4). */
export interface HlsKey {
  readonly method: 'AES-128' | 'SAMPLE-AES' | 'SAMPLE-AES-CTR';
  readonly uri: string;
  /** Absent: `identity`, which is the default and is not written. */
  readonly keyFormat?: string;
  readonly keyFormatVersions?: string;
  readonly iv?: Uint8Array;
  readonly keyId?: Uint8Array;
  /** What devices have to be to be given the key, by labels of the key system; of ALLOWED-CPC, no attribute of the key. */
  readonly allowedCpc?: readonly string[];
  /** The attribute lists as the key server gave them: they are written in place of what the attributes would make. */
  readonly given?: { readonly media: string; readonly session: string };
}

/**
 * One DRM system, as a value: how it is signalled in MP4, in an MPD, in a playlist. Each face is optional.
 * The scheme encrypts; the vendor is only a value in a list.
 */
export interface DrmSystem {
  /** As options name it: `widevine`, `playready`, … */
  readonly name: string;
  /** The id under which key servers know it, a UUID in lower case. Without one, servers are not asked about it. */
  readonly systemId?: string;
  /**
   * Its key URI is the user's own, who may have the key itself in it (`data:`). Nothing else that a system says may hold
   * the key.
   */
  readonly mayRevealKey?: true;
  /** Its key URI means something to the key server alone: where a server signals the key, it has to give the URI. */
  readonly uriFromServer?: true;
  /** What it tells players is made by its key server alone: a title is refused whose key source does not give that. */
  readonly fromServer?: true;
  /** Whole `pssh` boxes for `moov` and for `cenc:pssh` (ISO/IEC 23001-7, 8.1). */
  pssh?(context: DrmContext): readonly Uint8Array[];
  /** The `ContentProtection` element of an MPD. */
  contentProtection?(context: DrmContext): XmlNode;
  hlsKey?(context: DrmContext): HlsKey;
}
