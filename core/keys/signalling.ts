/** What a key server says about one key, by DRM system id (UUID in lower case). Plain data: it crosses threads. */
export interface KeySignalling {
  readonly [systemId: string]: SystemSignalling;
}

/** How one DRM system is to be signalled. What is left out, the packager builds where it can. */
export interface SystemSignalling {
  /** A whole `pssh` box. */
  readonly pssh?: Uint8Array;
  /** XML: the children of the MPD's `ContentProtection` element. */
  readonly contentProtection?: string;
  /** A whole `#EXT-X-KEY` line. */
  readonly hlsMedia?: string;
  /** A whole `#EXT-X-SESSION-KEY` line. */
  readonly hlsMaster?: string;
  /** The URI of `EXT-X-KEY`, where there is no line. */
  readonly uri?: string;
  /** KEYFORMAT to go with `uri`. */
  readonly keyFormat?: string;
  /** KEYFORMATVERSIONS to go with `uri`. */
  readonly keyFormatVersions?: string;
  /** Labels for ALLOWED-CPC of playlists (RFC 8216bis, 4.4.6.2), such as `AppleMain`. */
  readonly allowedCpc?: readonly string[];
}

/** What outputs of a player need at least, as HDCP-LEVEL of playlists says it (RFC 8216bis, 4.4.6.2). */
export type HdcpLevel = 'NONE' | 'TYPE-0' | 'TYPE-1';

/** From the least to the most. */
export const HDCP_LEVELS: readonly HdcpLevel[] = ['NONE', 'TYPE-0', 'TYPE-1'];
