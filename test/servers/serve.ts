import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { injectFault, isTransportFault, type TransportFault } from './faults.ts';
import { testCertificates } from './tls.ts';

/** Which certificate an HTTPS server shows. */
export type CertificateKind = 'own' | 'stranger' | 'other-name' | 'expired';

export interface ServerOptions<Fault extends string = never> {
  /** HTTPS with this certificate; plain HTTP when left out. */
  readonly https?: CertificateKind;
  /** @default any free port */
  readonly port?: number;
  /** What goes wrong: with every request, or with the first, second, … (`undefined`: nothing). */
  readonly fault?: Fault | TransportFault | readonly (Fault | TransportFault | undefined)[];
  /** Where the fault `redirect` sends clients. @default http://elsewhere.example/ */
  readonly redirectTo?: string;
  /** Told of every request. */
  readonly log?: (request: ReceivedRequest) => void;
}

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface TestServer {
  /** `http://127.0.0.1:<port>` or `https://…`, without a path. */
  readonly url: string;
  /** What clients of an HTTPS server must trust, in PEM. */
  readonly ca: string | undefined;
  /** All requests so far. */
  readonly requests: readonly ReceivedRequest[];
  /** Bytes written to all sockets so far. */
  bytesSent(): number;
  close(): Promise<void>;
}

/** Answer requests on a loopback port. Faults of transport are acted here; all others are handed to `answer`. */
export async function serve<Fault extends string>(
  options: ServerOptions<Fault>,
  answer: (request: ReceivedRequest, fault: Fault | undefined, origin: string) => Answer,
): Promise<TestServer> {
  const { https, port = 0, fault, redirectTo = 'http://elsewhere.example/' } = options;
  const requests: ReceivedRequest[] = [];
  const sockets = new Set<Socket>();
  let origin = '';

  const listener = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await receive(incoming, origin);
    const now = typeof fault === 'string' ? fault : fault?.[requests.length];
    requests.push(request);
    options.log?.(request);
    if (isTransportFault(now)) return injectFault(now, request, response, redirectTo);
    const { status, headers, body } = answer(request, now, origin);
    response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers }).end(body);
  };

  const server = https ? createSecureServer(await certificate(https), listener) : createServer(listener);
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve());
  });
  const address = server.address() as AddressInfo;
  origin = `${https ? 'https' : 'http'}://127.0.0.1:${address.port}`;
  return {
    url: origin,
    ca: https ? (await testCertificates()).own.ca : undefined,
    requests,
    bytesSent: () => [...sockets].reduce((sum, { bytesWritten }) => sum + bytesWritten, 0),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function receive(incoming: IncomingMessage, origin: string): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
  return {
    method: incoming.method ?? '',
    url: new URL(incoming.url ?? '/', origin),
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks).toString(),
  };
}

async function certificate(kind: CertificateKind): Promise<{ cert: string; key: string }> {
  const { own, stranger, otherName, expired } = await testCertificates();
  return { own: own.server, stranger: stranger.server, 'other-name': otherName, expired }[kind];
}

/** A loopback address on which nobody listens: connections to it are refused. */
export async function refusedUrl(): Promise<string> {
  const server = await serve({}, () => ({ status: 200, body: '' }));
  await server.close();
  return server.url;
}
