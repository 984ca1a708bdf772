import type { Finding, Verification } from '../inspect/findings/finding.ts';

/** What the server tells the page: plain data, without keys. */

/** What `GET api/title` answers. */
export interface PreviewTitle {
  /** How it is called: the name of its folder or config. */
  readonly name: string;
  readonly manifests: readonly PreviewManifest[];
  /** False where nobody has named a key source: then only what is clear plays. */
  readonly hasKeySource: boolean;
  /** What to do where keys are missing or wrong: a sentence. */
  readonly keyHint: string;
}

/** A manifest that can be chosen. */
export interface PreviewManifest {
  /** Relative to the package, with `/`. */
  readonly path: string;
  readonly kind: 'mpd' | 'hls';
}

/** What `GET api/key-fault` answers: why a key was missing when one last was. */
export interface KeyFault {
  readonly message?: string;
}

/** What `GET api/facts?manifest=…` answers: what the manifest lists. */
export interface PreviewFacts {
  /** Seconds; absent where it does not say. */
  readonly duration: number | undefined;
  readonly renditions: readonly PreviewRendition[];
  readonly tiles: PreviewTiles | undefined;
  /** Where pictures for trick play are, in seconds. */
  readonly keyFrames: readonly number[];
}

/** A rendition with its segments, as columns. */
export interface PreviewRendition {
  readonly id: string;
  readonly kind: 'video' | 'audio';
  readonly codecs: readonly string[];
  /** Bits a second, as the manifest says. */
  readonly bandwidth: number | undefined;
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly language: string | undefined;
  readonly label: string | undefined;
  /** Seconds. */
  readonly starts: readonly number[];
  readonly durations: readonly number[];
  readonly bytes: readonly number[];
}

/** Thumbnails: images of as many tiles each. */
export interface PreviewTiles {
  readonly columns: number;
  readonly rows: number;
  /** Seconds; each tile has an equal part of its image's duration. */
  readonly images: readonly { readonly path: string; readonly start: number; readonly duration: number }[];
}

/** What `GET api/check` answers: how verification of the package goes. */
export type PreviewCheck =
  | { readonly state: 'none' }
  | { readonly state: 'running'; readonly tracks: number }
  | { readonly state: 'failed'; readonly why: string }
  | {
      readonly state: 'done';
      readonly verdict: Verification['verdict'];
      /** One line. */
      readonly summary: string;
      /** Of all findings: the first of them are here. */
      readonly count: number;
      readonly findings: readonly Finding[];
    };
