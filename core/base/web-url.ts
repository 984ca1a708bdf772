import { isOneWord } from './printable.ts';

/** What RFC 3986 has no place for, and the URL standard leaves as it is. */
const NOT_IN_URI = /[^\w.~!$&'()*+,;=:@/?#[\]%-]/g;
/** The same of a path, in which brackets have no place either. */
const NOT_IN_PATH = /[^\w.~!$&'()*+,;=:@/?#%-]/gu;
/** A percent sign that encodes nothing; what is encoded already is not encoded again. */
const NO_ESCAPE = /%(?![\da-f]{2})/gi;

/**
 * An address of the web as a manifest may give it to everybody, spelled so that it can stand in a quoted-string and in XML.
 * `undefined` for what is none, and for one with a user name or a password: whoever reads the manifest would have them, and
 * browsers fetch nothing from such an address.
 */
export function webUrl(text: string): string | undefined {
  if (!isOneWord(text) || !/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const { username, password, href } = new URL(text);
  return username === '' && password === '' ? href.replace(NOT_IN_URI, encodeURIComponent) : undefined;
}

/**
 * The same of a folder, with a slash at its end: what is in it is named behind that. `undefined` also for one with a query or a
 * fragment, which no name behind it would keep (RFC 3986, 5.2.2).
 */
export function folderUrl(text: string): string | undefined {
  const url = /[?#]/.test(text) ? undefined : webUrl(text);
  return url?.replace(/\/?$/, '/');
}

/** An address of the web, or a path beside the document that names it. */
export function reachableUri(text: string): string | undefined {
  const isPath = isOneWord(text) && !/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(text) && !text.includes('\\');
  return isPath ? text.replace(NO_ESCAPE, '%25').replace(NOT_IN_PATH, encodeURIComponent) : webUrl(text);
}
