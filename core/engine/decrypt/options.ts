import type { OpenPackageOptions } from '../../inspect/files/open-package.ts';
import type { PackageOptions } from '../api.ts';

/** What is made clear, with whose keys, and where it is written. */
export interface DecryptPackageOptions extends Pick<OpenPackageOptions, 'base' | 'ca'> {
  /** Path or address of a folder, a manifest, a file. */
  readonly reference: string;
  /** Titles whose key sources are asked, one after the other; their stores take the output. */
  readonly titles: readonly PackageOptions[];
  /** Absolute path, or a location with a scheme. */
  readonly output: string;
  readonly overwrite: boolean;
  readonly signal: AbortSignal;
  warn(message: string): void;
}
