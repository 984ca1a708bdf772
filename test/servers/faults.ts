import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { ReceivedRequest } from './serve.ts';

type Act = (response: ServerResponse, request: ReceivedRequest, redirectTo: string) => void;

const HUGE = 50_000_000;

/** What can go wrong between a client and any server. A server that refuses connections: `refusedUrl()`. */
const ACTS = {
  /** Closes the socket without a byte of an answer. */
  'hang-up': (response) => void response.socket?.destroy(),
  /** Ends in the middle of the body: with a TCP reset, under TLS by closing. */
  reset(response) {
    response.writeHead(200, { 'content-length': '1000' }).write('<cpix:CPIX', () => {
      const { socket } = response;
      if (socket instanceof TLSSocket) socket.destroy();
      else socket?.resetAndDestroy();
    });
  },
  /** Takes the request and never answers. */
  silent() {},
  /** Starts the answer and never ends it: a byte every 20 ms. */
  drip(response) {
    response.writeHead(200, { 'content-type': 'application/xml' });
    const timer = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(timer));
  },
  'server-error': (response) => void response.writeHead(500).end('The key database is <b>down</b>.'),
  /** With `Retry-After` in seconds. */
  'too-many-requests': (response) => void response.writeHead(429, { 'retry-after': '1' }).end('Slow down.'),
  /** With `Retry-After` as a date: two seconds after the answer's own. */
  unavailable(response) {
    const [now, later] = [0, 2].map((seconds) => new Date(Date.UTC(2030, 0, 1, 0, 0, seconds)).toUTCString());
    response.writeHead(503, { date: now!, 'retry-after': later! }).end('Maintenance.');
  },
  /** 403 whose words repeat all of the request: path, query, headers, and the token in other spellings. */
  forbidden(response, { url, headers }) {
    const told = [url.pathname, decodeURIComponent(url.pathname), url.search, JSON.stringify(headers)];
    const token = decodeURIComponent(url.pathname.split('/').at(-1) ?? '');
    told.push(Buffer.from(token).toString('hex'), Buffer.from(token, 'base64').toString());
    response.writeHead(403, { 'content-type': 'text/plain' }).end(`Not allowed: ${told.join(' ')}`);
  },
  /** 307 to another host. */
  redirect: (response, _, location) => void response.writeHead(307, { location }).end(),
  /** 50 MB of announced length. */
  huge(response) {
    response.writeHead(200, { 'content-length': String(HUGE) });
    pour(response);
  },
  /** 50 MB in chunks. */
  'huge-chunked': (response) => pour(response.writeHead(200)),
} satisfies Record<string, Act>;

export type TransportFault = keyof typeof ACTS;

export const TRANSPORT_FAULTS = Object.keys(ACTS);

export const isTransportFault = (fault: string | undefined): fault is TransportFault =>
  fault !== undefined && fault in ACTS;

/** Answer one request as the fault says. */
export function injectFault(
  fault: TransportFault,
  request: ReceivedRequest,
  response: ServerResponse,
  redirectTo: string,
): void {
  response.on('error', () => undefined); // the client may leave at any time
  const act: Act = ACTS[fault];
  act(response, request, redirectTo);
}

function pour(response: ServerResponse): void {
  const block = Buffer.alloc(100_000, ' ');
  Readable.from(Array.from({ length: HUGE / block.length }, () => block)).pipe(response);
}
