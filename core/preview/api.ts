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

/** What `GET api/key-fault` and `api/file-fault` answer: why a key, or a file, was missing when one last was. */
export interface PreviewFault {
  readonly message?: string;
}

/** What `GET api/facts?manifest=…` answers: what the manifest lists. */
export interface PreviewFacts {
  /** Seconds; absent where it does not say. */
  readonly duration: number | undefined;
  readonly renditions: readonly PreviewRendition[];
  readonly tiles: PreviewTiles | undefined;
  /** Where pictures can be shown without others: key frames, as far as the manifest names them. Seconds, ascending. */
  readonly keyFrames: readonly number[];
  /** What `keyFrames` are: pictures for trick play, or else the first ones of segments. */
  readonly keyFramesOf: 'trick' | 'segments';
  /** Addresses elsewhere that the manifest names its files at, which the package has itself. */
  readonly elsewhere: readonly string[];
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
  readonly roles: readonly string[];
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

/** What `GET api/check?manifest=…` answers: how verification of the title goes that the manifest is of. */
export type PreviewCheck =
  | { readonly state: 'none' }
  /** Another title is being verified. */
  | { readonly state: 'waiting' }
  | { readonly state: 'running'; readonly tracks: number }
  | { readonly state: 'failed'; readonly why: string }
  | {
      readonly state: 'done';
      /** The title, where the package has several. */
      readonly title?: string;
      /** What is found of the manifest. */
      readonly own: PreviewVerdict;
      /** What is found of all of its title, with findings that are not of the manifest; absent: there is nothing else. */
      readonly whole?: PreviewVerdict;
    };

/** What verification found. */
export interface PreviewVerdict extends Pick<Verification, 'verdict' | 'summary'> {
  /** How many findings there are: the first of them are here. */
  readonly count: number;
  readonly findings: readonly Finding[];
}
