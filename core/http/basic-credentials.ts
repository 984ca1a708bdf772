import { percentDecoded } from '../base/percent-decoded.ts';

/**
 * Take user name and password out of a URL: they belong in a header, for its host alone.
 * @returns the value of `Authorization` that says them (RFC 7617); `undefined` where there are none
 */
export function takeCredentials(url: URL): string | undefined {
  const { username, password } = url;
  url.username = '';
  url.password = '';
  if (username === '' && password === '') return undefined;
  const pair = [username, password].map(percentDecoded).join(':');
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}
