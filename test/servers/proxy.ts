import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** An HTTP proxy on loopback. Whatever host it is asked for, it connects to the one port: names need not exist. */
export interface TestProxy {
  readonly url: string;
  /** `CONNECT host:port` or `GET http://…`, in order; tunnels show nothing else. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** @param refuse a status to answer everything with, e.g. 407 */
export async function startProxy(targetPort: number, refuse?: number): Promise<TestProxy> {
  const asked: string[] = [];
  const sockets = new Set<Duplex>();

  const forward = (incoming: IncomingMessage, response: ServerResponse): void => {
    asked.push(`${incoming.method} ${incoming.url}`);
    if (refuse !== undefined) return void response.writeHead(refuse).end();
    const { method = 'GET', headers, url } = incoming;
    const { pathname, search } = new URL(url ?? '');
    const onward = request({ port: targetPort, method, headers, path: pathname + search }, (answer) => {
      answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers));
    });
    incoming.pipe(onward);
  };

  const server = createServer(forward);
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('connect', (incoming: IncomingMessage, client: Duplex) => {
    asked.push(`CONNECT ${incoming.url}`);
    client.on('error', () => undefined);
    if (refuse !== undefined) return void client.end(`HTTP/1.1 ${refuse} Refused\r\n\r\n`);
    const onward = connect(targetPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(client).pipe(onward);
    });
    sockets.add(onward);
    onward.on('error', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
