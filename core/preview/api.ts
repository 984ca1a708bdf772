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
