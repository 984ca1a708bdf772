/**
 * A text without the queries and credentials of the URLs in it: they carry tokens, and messages of libraries quote URLs whole. A
 * query that is hidden already (`?…`) stays as it is, and what follows it.
 */
export const withoutUrlSecrets = (text: string): string =>
  text.replace(
    /([a-z][a-z0-9+.-]*:\/\/)([^\s/@'"]*@)?([^\s?'"]*)(\?(?!…)[^\s'"]*)?/gi,
    (_, scheme, user, rest, query) => [scheme, user ? '…@' : '', rest, query ? '?…' : ''].join(''),
  );
