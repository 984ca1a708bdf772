import { fail } from '../../base/errors.ts';
import { percentDecoded } from '../../base/percent-decoded.ts';
import { isSecretQuery } from '../../base/url-secrets.ts';
import { takeCredentials } from '../../http/basic-credentials.ts';
import { type HttpRequest, openClient } from '../../http/index.ts';
import { refuseInTheClear } from '../../http/web-access.ts';
import { shownReference } from '../../io/reference.ts';
import type { PackageFiles } from '../model/places.ts';
import { isInside } from './names.ts';
import { openWebFile, type WebOptions } from './web-file.ts';

/**
 * The package whose manifest, or the file, is at an address: the folder that it lies in, of which nobody can list the files.
 * @param reference an http(s) URL; its user name and password are sent as `Authorization`, to its own host alone
 * @throws PackagerError INPUT_NOT_FOUND, INPUT_NOT_READABLE; INVALID_OPTION where credentials would go over plain HTTP
 */
export async function remotePackage(
  reference: string,
  { ca, signal }: Pick<HttpRequest, 'ca' | 'signal'>,
): Promise<PackageFiles> {
  const shown = shownReference(reference);
  if (!URL.canParse(reference)) {
    throw fail.inputNotReadable(shown, 'it is no URL.', 'Write it in full: https://host/path');
  }
  const url = new URL(reference);
  const authorization = takeCredentials(url);
  if (authorization !== undefined || isSecretQuery(url.searchParams)) {
    refuseInTheClear(url, 'Write https://, or read the package from a folder.');
  }
  // A package has thousands of segments: its connections stay open.
  const client = openClient({ ...(ca !== undefined && { ca }) });
  url.hash = '';
  try {
    return await packageAt(url, { client, authorization, ...(signal && { signal }) }, shown);
  } catch (cause) {
    await client.close();
    throw cause;
  }
}

/** @param shown how messages name it */
async function packageAt(url: URL, web: WebOptions, shown: string): Promise<PackageFiles> {
  const first = await openWebFile(url, { ...web, mayLeaveHost: true });
  const root = new URL('.', first.url);
  root.search = '';
  const name = percentDecoded(first.url.pathname.split('/').at(-1) ?? '');
  if (name === '') {
    throw fail.inputNotReadable(
      shown,
      'it is a folder of a server, which nobody can list.',
      'Name the manifest in it.',
    );
  }
  const own = root.host === url.host ? web : { ...web, authorization: undefined };
  const queries = new Map([[name, first.url.search]]);
  return {
    name: shown,
    roots: [name],
    address: root.href,
    open: async (path) => {
      if (path === name) return first.source;
      if (!isInside(path)) {
        throw fail.inputNotReadable(
          shownReference(path),
          'it is outside of the package.',
          'Name a manifest whose files lie beside or below it.',
        );
      }
      const place = new URL(path.split('/').map(encodeURIComponent).join('/'), root);
      place.search = queries.get(path) ?? '';
      return (await openWebFile(place, own)).source;
    },
    keepQuery(path, query) {
      const known = queries.get(path);
      if (known !== undefined && known !== query) {
        throw fail.inputNotReadable(
          `${shown}: ${path}`,
          'it is referred to with several queries, which may be several files.',
          'Read the package from a folder.',
        );
      }
      queries.set(path, query);
    },
    close: () => web.client.close(),
  };
}
