import { posix } from 'node:path';

/** A path of the output as a URI: percent-encoded, `/` kept (RFC 3986, 3.3). */
export const pathUri = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/** The URI of `target` for a reader of `document`; both are paths from the mode's folder. */
export const relativeUri = (document: string, target: string): string =>
  pathUri(posix.relative(posix.dirname(document), target));

/** Where a place (`BaseUrl`) has a mode's folder, or the outputs of a mode without one. */
export const placeUrl = (base: string, folder: string | undefined): string =>
  folder === undefined ? base : `${base}${pathUri(folder)}/`;
