/** Schemes whose references have a bucket and a key that is taken as it is: no user, nothing decoded, `?` and `#` like any other character. */
export const isLiteral = (scheme: string): boolean => scheme.toLowerCase() === 's3';

/** A signed address that was written under such a scheme all the same: from its question mark on. */
export const SIGNED_QUERY = /\?(?=[^?]*\bX-Amz-(?:Signature|Credential|Security-Token)=).*$/is;

/**
 * A text without the queries and credentials of the URLs in it: they carry tokens, and messages of libraries quote URLs whole. A
 * query that is hidden already (`?…`) stays as it is, and what follows it.
 */
export const withoutUrlSecrets = (text: string): string =>
  text.replace(
    // The scheme is looked for from its end: from each letter on it would take a long word of letters minutes.
    /:\/\/(?<=([a-z][a-z0-9+.-]*):\/\/)([^\s/@'"]*@)?([^\s?'"]*)(\?(?!…)[^\s'"]*)?/gi,
    (_, scheme, user, rest, query = '') => {
      const isShown = query === '' || (isLiteral(scheme) && !SIGNED_QUERY.test(query));
      return ['://', user ? '…@' : '', rest, isShown ? query : '?…'].join('');
    },
  );
