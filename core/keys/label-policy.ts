/** What a policy goes by: plain facts of a track. */
export interface LabelledTrack {
  readonly kind: string;
  /** Codec string of RFC 6381. */
  readonly codecs: string;
  readonly language: string;
  readonly video?: { readonly width: number; readonly height: number };
  readonly audio?: { readonly channels: number };
}

/** Which tracks share a key: each has a label, and what has one label has one key in each crypto period. */
export interface LabelPolicy {
  /** All that it can give, in the order in which keys are listed. Key sources are told of them before any track is known. */
  readonly labels: readonly string[];
  labelOf(track: LabelledTrack): string;
}

/** The label of a title with one key, as key servers know it. */
export const ALL = 'ALL';

/** One key for all tracks. */
export const ONE_KEY: LabelPolicy = { labels: [ALL], labelOf: () => ALL };
