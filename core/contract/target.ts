import type { DeliveredEncryption, DeliveredIv, Delivery, ManifestFormat } from './delivery.ts';

/** What a title is to play on, a family of devices or players, and what they can do. Plain data. */
export interface Target {
  /** As configs name it: `acme-tv`. */
  readonly name: string;
  /** As messages name it: `Acme TV from 2021 on`. */
  readonly title: string;
  /** Each by itself is enough. */
  readonly plays: readonly PlayableWay[];
  /** Absent, or without a kind: nothing is known of its decoders, and nothing is asked of tracks. */
  readonly decodes?: {
    readonly video?: readonly Decoder[] | undefined;
    readonly audio?: readonly Decoder[] | undefined;
  };
  /** It takes audio under a key of its own, or in the clear: never under that of the video. */
  readonly wantsOwnAudioKey?: true | undefined;
  /** Modes that it plays, best first: what a message proposes. */
  readonly choose?: readonly ModeChoice[] | undefined;
}

/** What a player has to be given at once. What is absent does not matter. */
export interface PlayableWay {
  readonly manifests: readonly ManifestFormat[];
  readonly containers: readonly Delivery['container'][];
  readonly encryptions: readonly DeliveredEncryption[];
  /** Names of the DRM systems that it knows: one of these has to be signalled. */
  readonly systems: readonly string[];
  readonly ivs?: readonly DeliveredIv[] | undefined;
  readonly files?: readonly Delivery['files'][] | undefined;
}

/** A codec that can be decoded. */
export interface Decoder {
  /** As messages name it: `H.264`; `Dolby Vision` and `xHE-AAC` are codecs of their own. */
  readonly codec: string;
  /** In these containers alone. */
  readonly containers?: readonly Delivery['container'][] | undefined;
  /** Which of the family have it, where not all do: completes "in some models alone: …". Then it does not suffice. */
  readonly only?: string | undefined;
  /** Largest picture, in pixels, before it is turned. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

/** A mode with its options, as a config would have it. */
export interface ModeChoice {
  readonly mode: string;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}
