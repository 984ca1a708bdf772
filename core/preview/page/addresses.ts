/** Where the server's parts are: all below the page, whose address has the token in it. */
const here = (path: string): string => new URL(path, location.href.replace(/[?#].*$/, '')).href;

/** The licence endpoint of EME ClearKey. */
export const LICENCES = here('licence');

/** A file of the package. @param path relative to it, with `/` */
export const mediaUrl = (path: string): string =>
  here(`media/${path.split('/').map(encodeURIComponent).join('/')}`);

/** What of the package a URL names; `undefined` for other URLs. */
export function mediaPath(url: string): string | undefined {
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
