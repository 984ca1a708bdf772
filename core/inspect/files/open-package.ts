import { fail } from '../../base/errors.ts';
import { localPath, NotLocal } from '../../io/local-path.ts';
import { schemeOf, shownReference } from '../../io/reference.ts';
import type { PackageFiles } from '../model/places.ts';
import { localPackage } from './local-package.ts';

/** What opening a package takes from its surroundings. */
export interface OpenPackageOptions {
  /** Ends what is asked of servers. */
  readonly signal?: AbortSignal;
  /** Certificates in PEM to trust instead of the built-in ones. */
  readonly ca?: string;
  /** What relative paths begin at. @default the working directory */
  readonly base?: string;
  /** How names of media end that nobody knows here: of a plugin's own container, in lower case with a dot. @default none */
  readonly endings?: readonly string[];
}

/**
 * The files of a finished package: a folder with all that is in it, a manifest with what lies beside it, a media file, or the
 * http(s) address of one of these.
 * @param reference a path, a `file:` URL, an http(s) URL
 * @throws PackagerError INPUT_NOT_FOUND, INPUT_NOT_READABLE; INVALID_OPTION where credentials would go over plain HTTP
 */
export async function openPackage(
  reference: string,
  options: OpenPackageOptions = {},
): Promise<PackageFiles> {
  const scheme = schemeOf(reference);
  if (scheme === 'http' || scheme === 'https') {
    const { remotePackage } = await import('./remote-package.ts');
    return remotePackage(reference, options);
  }
  return localPackage(pathOf(reference, options.base ?? process.cwd()), options.endings);
}

function pathOf(reference: string, base: string): string {
  try {
    return localPath(base, reference);
  } catch (cause) {
    if (!(cause instanceof NotLocal)) throw cause;
    throw fail.inputNotReadable(
      shownReference(reference),
      `${cause.message}.`,
      'Name a folder, a file, or an http(s) address.',
    );
  }
}
