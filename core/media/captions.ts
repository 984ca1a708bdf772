/** What HLS calls an INSTREAM-ID (RFC 8216, 4.3.4.1): a channel of CEA-608, or a service of CEA-708 (1 to 63). */
export type CaptionChannel = 'CC1' | 'CC2' | 'CC3' | 'CC4' | `SERVICE${number}`;

/** Closed captions that lie in the pictures of a title; plain data. */
export interface ClosedCaptions {
  readonly channel: CaptionChannel;
  /** BCP 47 or ISO 639; `und` where nobody says it. */
  readonly language: string;
  /** What a player's menu calls them. Absent: the language by its name. */
  readonly label?: string;
  /** Those to show unless the user chooses. */
  readonly isDefault?: boolean;
}
