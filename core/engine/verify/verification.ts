import type { Verification } from '../../inspect/findings/finding.ts';

/** What is found out about one package of a title. */
export interface PackageVerification extends Verification {
  /** Path of its manifest, or of the file that it is, relative to where it was looked for. */
  readonly path: string;
  readonly kind: 'mpd' | 'hls' | 'file';
}

/** What is found out about the outputs of a title: all packages together, and each by itself. */
export interface TitleVerification extends Verification {
  readonly packages: readonly PackageVerification[];
}
