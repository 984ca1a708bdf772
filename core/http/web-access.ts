import { fail } from '../base/errors.ts';
import { isSecretQuery } from '../base/url-secrets.ts';
import { isPlainHttp } from './loopback.ts';
import type { HttpHeaders } from './types.ts';

/** What goes along with requests to web servers: options of all plugins that read or write there. */
export interface WebAccess {
  /** Request headers by host, with its port if it is none of its scheme: what is meant for one host is sent to no other. */
  readonly headers?: Readonly<Record<string, HttpHeaders>>;
  /** Whether credentials may go to another machine over plain HTTP, where all on the way can read them. @default false */
  readonly allowPlainHttp?: boolean;
}

const TEXT = { type: 'string', minLength: 1 } as const;

/** JSON schema of these options, and of those of the requests themselves. */
export const WEB_OPTIONS = {
  headers: {
    type: 'object',
    additionalProperties: { type: 'object', additionalProperties: TEXT, description: 'request headers' },
    description: 'request headers by host',
  },
  allowPlainHttp: { type: 'boolean' },
  ca: { ...TEXT, description: 'PEM, or the path of a PEM file' },
  timeoutSeconds: { type: 'number', exclusiveMinimum: 0, description: 'seconds' },
  retries: { type: 'integer', minimum: 0 },
} as const;

/** What a request to an address needs to be known of. */
export interface WebQuestion {
  /** Without user name and password. */
  readonly url: URL;
  /** Value of `Authorization` that the address itself had. */
  readonly authorization: string | undefined;
  /** Whether its query is as secret as a password. @default where it has what looks like a signature or a token */
  readonly hasSecretQuery?: boolean;
  /** Whose option `allowPlainHttp` is, as configs call it. */
  readonly plugin: string;
}

/**
 * The headers that a host is sent.
 * @throws PackagerError INVALID_OPTION where credentials would go over plain HTTP
 */
export function webHeaders(
  { url, authorization, hasSecretQuery = isSecretQuery(url.searchParams), plugin }: WebQuestion,
  { headers, allowPlainHttp = false }: WebAccess,
): HttpHeaders {
  const own = { ...(authorization !== undefined && { authorization }), ...headers?.[url.host] };
  const isSecret = Object.keys(own).length > 0 || hasSecretQuery;
  if (isSecret && !allowPlainHttp) {
    refuseInTheClear(
      url,
      `Write https://, or set \`allowPlainHttp: true\` in ${plugin} where that network is yours.`,
    );
  }
  return own;
}

/**
 * Refuse an address with credentials that everybody on the way could read.
 * @throws PackagerError INVALID_OPTION where it is plain HTTP to another machine
 */
export function refuseInTheClear(url: URL, hint: string): void {
  if (!isPlainHttp(url)) return;
  throw fail.invalidOption(
    `Credentials for ${url.host} would go over plain HTTP, where everybody on the way can read them.`,
    hint,
  );
}
