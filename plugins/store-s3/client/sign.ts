import { createHash, createHmac } from 'node:crypto';
import type { S3Credentials, S3Headers } from './types.ts';

/** What is asked, as it goes over the wire. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query are encoded as `encodePath` and `encodeQuery` do. */
  readonly url: URL;
  /** Without `host`, which is the URL's; names in lower case. All of them are signed. */
  readonly headers: S3Headers;
  /** SHA-256 of the body in hex, or `UNSIGNED-PAYLOAD`. */
  readonly payload: string;
}

/** By whom, for where and when. */
export interface SigningScope {
  readonly credentials: S3Credentials;
  readonly region: string;
  readonly time: Date;
}

/** Over TLS, which guards the body itself: hashing it twice would cost as much as encrypting it. */
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

const hmac = (key: string | Uint8Array, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();

/**
 * The headers of a request, complete with its signature (AWS Signature Version 4, service `s3`: the path is encoded once and not
 * normalised).
 */
export function sign(request: SignedRequest, { credentials, region, time }: SigningScope): S3Headers {
  const { method, url, payload } = request;
  const at = time.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = at.slice(0, 8);
  const headers: Record<string, string> = {
    ...request.headers,
    'x-amz-content-sha256': payload,
    'x-amz-date': at,
    ...(credentials.sessionToken !== undefined && { 'x-amz-security-token': credentials.sessionToken }),
  };
  const fields = Object.entries({ ...headers, host: url.host }).sort(([a], [b]) => (a < b ? -1 : 1));
  const signed = fields.map(([name]) => name).join(';');
  const canonical = [
    method,
    url.pathname,
    url.search.slice(1),
    ...fields.map(([name, value]) => `${name}:${value.trim().replace(/ +/g, ' ')}`),
    '',
    signed,
    payload,
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', at, scope, sha256(canonical)].join('\n');
  const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${credentials.secretAccessKey}`,
  );
  const signature = hmac(key, toSign).toString('hex');
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope},SignedHeaders=${signed},Signature=${signature}`,
  };
}

/** RFC 3986, 2.3: all but unreserved characters, byte by byte. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

/** Of a key; its slashes stay. */
export const encodePath = (key: string): string => key.split('/').map(encode).join('/');

/** A query in the order that signatures want: of the encoded names. */
export const encodeQuery = (query: Readonly<Record<string, string>>): string =>
  Object.entries(query)
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map((pair) => pair.join('='))
    .join('&');
