import { withoutKeys } from './key-like.ts';

/** Schemes whose references have a bucket and a key that is taken as it is: no user, nothing decoded, `?` and `#` like any other character. */
export const isLiteral = (scheme: string): boolean => scheme.toLowerCase() === 's3';

/** A signed address that was written under such a scheme all the same: from its question mark on. */
export const SIGNED_QUERY = /\?(?=[^?]*\bX-Amz-(?:Signature|Credential|Security-Token)=).*$/is;

/** Names of parameters whose values are as secret as a password: signatures, tokens, what CDNs call theirs. */
const SECRET_NAME =
  /signature|token|secret|passw|credential|hmac|authori[sz]ation|^hdn(?:ts|ea|tl)$|(?:^|[^a-z])(?:sig|sign|auth|jwt|pwd|sas)(?:$|[^a-z])/i;
/** Names that others have too: there the value has to look like a key. */
const PERHAPS_SECRET_NAME = /key|hash|md5|session|code|(?:^|[^a-z])sid(?:$|[^a-z])/i;

/** Whether a query lets in whoever has it. Those that only say which version or part of a file is meant do not. */
export const isSecretQuery = (query: URLSearchParams): boolean =>
  [...query].some(
    ([name, value]) =>
      value !== '' &&
      (SECRET_NAME.test(name) || (PERHAPS_SECRET_NAME.test(name) && withoutKeys(value) !== value)),
  );

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
