import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What goes wrong with requests from the n-th on, from 1. */
export interface BucketFault {
  readonly kind: 'status-503' | 'short' | 'changed' | 'gone' | 'cut';
  readonly from: number;
}

/** Objects behind HTTP on loopback, with ranges and ETags. */
export interface Bucket {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  readonly objects: Map<string, Uint8Array>;
  fault: BucketFault | undefined;
  /** Requests since the last fault was set, `GET /bucket/film.mp4 bytes=0-9`. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** @param password that requests must have (Basic authentication) @param token that the query must have */
export async function serveBucket(password: string, token: string): Promise<Bucket> {
  const bucket: Bucket = { host: '', objects: new Map(), fault: undefined, requests: [], close };
  const server = createServer((request, response) => {
    const { url = '', headers, method } = request;
    bucket.requests.push(`${method} ${url} ${headers.range ?? ''}`);
    const allowed = `Basic ${Buffer.from(`me:${password}`).toString('base64')}`;
    const address = new URL(url, 'http://bucket');
    if (headers.authorization !== allowed || address.searchParams.get('token') !== token) {
      response.writeHead(403).end();
    } else answer(bucket, decodeURIComponent(address.pathname), request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  function close(): Promise<void> {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  }
  return Object.assign(bucket, { host: `127.0.0.1:${(server.address() as AddressInfo).port}` });
}

function answer(bucket: Bucket, path: string, request: IncomingMessage, response: ServerResponse): void {
  const { fault, requests } = bucket;
  const kind = fault && requests.length >= fault.from ? fault.kind : undefined;
  const object = bucket.objects.get(path);
  if (!object || kind === 'gone') return void response.writeHead(404).end();
  if (kind === 'status-503') return void response.writeHead(503).end();
  const etag = `"${createHash('sha256').update(object).digest('hex')}${kind === 'changed' ? '-2' : ''}"`;
  const match = request.headers['if-match'];
  if (match !== undefined && match !== etag) return void response.writeHead(412).end();
  if (request.method === 'HEAD')
    return void response.writeHead(200, { etag, 'content-length': object.length }).end();
  const [, from = '0', to = ''] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  const end = to === '' ? object.length : Number(to) + 1;
  const bytes = object.subarray(Number(from), kind === 'short' ? Math.max(Number(from), end - 7) : end);
  response.writeHead(206, { etag, 'content-length': bytes.length });
  if (kind !== 'cut') return void response.end(bytes);
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
}
