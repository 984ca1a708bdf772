import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerWriting } from './web-writing.ts';

/** A file that a server has. */
export interface WebObject {
  readonly bytes: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What becomes of one request in place of the plain answer. */
export type WebTurn =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** The whole file, without a word of ranges. */
  | 'whole'
  /** Another range than was asked for. */
  | 'shifted'
  /** It is done, and the connection ends before the answer: of requests that write. */
  | 'lost'
  /** Nothing is done, and no answer comes. */
  | 'silent'
  /** As it was asked for, and says that the whole has another length. */
  | 'other-total'
  /** With more bytes than were asked for. */
  | 'long'
  /** No more than 100 000 bytes of what was asked for. */
  | 'capped'
  /** Without a length in front. */
  | 'chunked'
  /** As several ranges (RFC 9110, 14.6). */
  | 'multipart'
  /** The connection ends after so many bytes of the answer. */
  | { readonly cutAfter: number };

export interface WebServer {
  readonly url: string;
  /** By path. */
  readonly objects: Map<string, WebObject>;
  /** Asked of each request. @param count of this one, from 1 */
  turn: ((request: IncomingMessage, count: number) => WebTurn | undefined) | undefined;
  /** It takes `PUT` and `DELETE`; `dav` moves files, too (RFC 4918). @default it takes nothing */
  writes: 'put' | 'dav' | undefined;
  /** Since it was emptied last. */
  readonly requests: IncomingMessage[];
  close(): Promise<void>;
}

/** Files on loopback, in ranges, with conditions as servers keep them (RFC 9110, 13 and 14). */
export async function serveWeb(): Promise<WebServer> {
  const web: Omit<WebServer, 'url'> = {
    ...{ objects: new Map(), turn: undefined, writes: undefined, requests: [] },
    close,
  };
  const server = createServer((request, response) => {
    web.requests.push(request);
    answer(web, request, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  function close(): Promise<void> {
    server.closeAllConnections();
    return new Promise((done) => server.close(() => done()));
  }
  return Object.assign(web, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

function answer(web: Omit<WebServer, 'url'>, request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? '/', 'http://web');
  const object = web.objects.get(decodeURIComponent(pathname));
  const turn = web.turn?.(request, web.requests.length);
  if (typeof turn === 'object' && 'status' in turn) {
    request.resume();
    return void response.writeHead(turn.status, turn.headers).end('secret words of the server');
  }
  if (turn === 'silent') return void request.resume();
  if (web.writes && request.method !== 'GET')
    return void answerWriting(web, request, response, turn === 'lost');
  if (!object) return void response.writeHead(404).end();
  const { bytes, headers = {} } = object;
  const { range = '', 'if-match': match, 'if-unmodified-since': since } = request.headers;
  const isAnother =
    (match !== undefined && match !== headers['etag']) ||
    (since !== undefined && since !== headers['last-modified']);
  if (isAnother) return void response.writeHead(412).end();
  const asked = /^bytes=(\d+)-(\d+)$/.exec(range);
  if (!asked || turn === 'whole')
    return void response.writeHead(200, { ...headers, 'content-length': bytes.length }).end(bytes);
  const first = Number(asked[1]) + (turn === 'shifted' ? 1 : 0);
  const last = turn === 'capped' ? Math.min(Number(asked[2]), first + 99_999) : Number(asked[2]);
  const part = bytes.subarray(first, last + 1 + (turn === 'long' ? 10 : 0));
  if (part.length === 0)
    return void response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
  const total = bytes.length + (turn === 'other-total' ? 1 : 0);
  const place = `bytes ${first}-${first + part.length - 1}/${total}`;
  const kind =
    turn === 'multipart'
      ? { 'content-type': 'multipart/byteranges; boundary=x' }
      : { 'content-range': place };
  const length = turn === 'chunked' ? {} : { 'content-length': part.length };
  response.writeHead(206, { ...headers, ...kind, ...length });
  const most = typeof turn === 'object' ? turn.cutAfter : part.length;
  if (most >= part.length) return void response.end(part);
  response.write(part.subarray(0, most), () => response.destroy());
}
