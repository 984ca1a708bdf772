/** Where the server's parts are: all below the page, whose address has the token in it. */
const here = (path: string): string => new URL(path, location.href.replace(/[?#].*$/, '')).href;

/** The licence endpoint of EME ClearKey. */
export const LICENCES = here('licence');

/** A file of the package. @param path relative to it, with `/` */
export const mediaUrl = (path: string): string =>
  here(`media/${path.split('/').map(encodeURIComponent).join('/')}`);

/**
 * Where to ask for what a manifest names: of another server's address this one knows which file of the package it means, if any.
 * @param manifest relative to the package
 */
export function addressFor(url: string, manifest: string): string {
  if (!/^https?:/i.test(url) || url.startsWith(here(''))) return url;
  const { origin } = location;
  const address = url.startsWith(`${origin}/`) ? url.slice(origin.length) : url;
  return here(`elsewhere?${new URLSearchParams({ manifest, address })}`);
}

/** What of the package a URL names, or which address elsewhere, shortened; `undefined` for other URLs. */
export function mediaPath(url: string): string | undefined {
  if (url.startsWith(here('elsewhere?'))) {
    const { host, pathname } = new URL(new URL(url).searchParams.get('address') ?? '', location.origin);
    return `${host} … ${pathname.split('/').slice(-2).join('/')}`;
  }
  const root = here('media/');
  return url.startsWith(root) ? decodeURIComponent(url.slice(root.length)) : undefined;
}

/** The key id of a URL that gives a key's bytes; `undefined` for other URLs, `none` where nobody has the key. */
export function keyIdOfUrl(url: string): string | undefined {
  const root = here('key/');
  return url.startsWith(root) ? url.slice(root.length) : undefined;
}

/** What the server says of something. @throws Error with its words */
export async function ask<T>(what: string): Promise<T> {
  const answer = await fetch(here(`api/${what}`));
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return (await answer.json()) as T;
}
