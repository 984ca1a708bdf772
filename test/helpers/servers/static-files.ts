import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a server of files behaves. */
export interface StaticOptions {
  /** Whether it knows ranges. @default true */
  readonly ranges?: boolean;
  /** Paths that are elsewhere. */
  readonly redirects?: Readonly<Record<string, string>>;
  /** The value of `Authorization` that it asks for. */
  readonly authorization?: string;
}

export interface StaticServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** What was asked for: path and query, then the range. */
  readonly requests: readonly string[];
  /** So many were opened. */
  connections(): number;
  close(): Promise<void>;
}

/** Serve files on a loopback port. @param files by path, such as `/film/stream.mpd` */
export async function serveFiles(
  files: ReadonlyMap<string, Uint8Array | string>,
  options: StaticOptions = {},
): Promise<StaticServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push([request.url, request.headers.range].join(' '));
    answer(request, response, files, options);
  });
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  // A machine that stands for a while between two requests must not end a connection.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    connections: () => connections,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  files: ReadonlyMap<string, Uint8Array | string>,
  { ranges = true, redirects = {}, authorization }: StaticOptions,
): void {
  const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
  const location = redirects[pathname];
  const file = files.get(decodeURIComponent(pathname));
  if (authorization !== undefined && request.headers.authorization !== authorization) {
    response.writeHead(401).end();
  } else if (location !== undefined) {
    response.writeHead(302, { location }).end();
  } else if (file === undefined) {
    response.writeHead(404).end('no such file');
  } else {
    const bytes = Buffer.from(file);
    const range = ranges ? /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') : null;
    if (!range) {
      response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
      return;
    }
    const first = Number(range[1]);
    const part = bytes.subarray(first, Number(range[2]) + 1);
    if (part.length === 0) response.writeHead(416).end();
    else {
      const last = first + part.length - 1;
      response
        .writeHead(206, {
          'content-range': `bytes ${first}-${last}/${bytes.length}`,
          'content-length': part.length,
        })
        .end(part);
    }
  }
}
