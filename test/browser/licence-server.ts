import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Licences of EME ClearKey on the loopback interface. */
export interface LicenceServer {
  readonly url: string;
  /** The key ids of each request, hexadecimal. */
  readonly asked: readonly (readonly string[])[];
  close(): void;
}

interface LicenceRequest {
  readonly kids: readonly string[];
  readonly type: string;
}

/**
 * Start a licence server that gives the keys it is asked for, and never one more: a player has to ask for all it needs. Who asks
 * for none that it has gets no licence (403).
 * @param keys hexadecimal: key id to key
 */
export async function serveLicences(keys: Readonly<Record<string, string>>): Promise<LicenceServer> {
  const asked: string[][] = [];
  const server = createServer((request, response) => {
    licence(request, response).catch(() => response.destroy());
  });
  async function licence(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Allow-Headers', '*');
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    const { kids, type }: LicenceRequest = JSON.parse(await text(request));
    const ids = kids.map((kid) => Buffer.from(kid, 'base64url').toString('hex'));
    asked.push(ids);
    const given = ids.flatMap((id) => {
      const key = keys[id];
      return key === undefined ? [] : { kty: 'oct', kid: base64Url(id), k: base64Url(key) };
    });
    response.setHeader('Content-Type', 'application/json');
    response.writeHead(given.length > 0 ? 200 : 403);
    response.end(JSON.stringify({ keys: given, type }));
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, asked, close: () => void server.close() };
}

const base64Url = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url');
