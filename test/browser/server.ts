import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';

const MIME_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.m3u8': 'application/vnd.apple.mpegurl',
  '.m4s': 'video/iso.segment',
  '.mp4': 'video/mp4',
  '.mpd': 'application/dash+xml',
  '.ts': 'video/mp2t',
  '.vtt': 'text/vtt; charset=utf-8',
};

const PACKAGES = join(import.meta.dirname, '../../node_modules');

/** Where the page and the players come from: the repository and its dev dependencies, never the network. */
const MOUNTS: Readonly<Record<string, string>> = {
  '/page/': join(import.meta.dirname, 'page'),
  '/shaka-player/': join(PACKAGES, 'shaka-player/dist'),
  '/dashjs/': join(PACKAGES, 'dashjs/dist/modern/umd'),
  '/hls.js/': join(PACKAGES, 'hls.js/dist'),
};

export interface MediaServer {
  /** `http://127.0.0.1:<port>`: a secure context for EME. */
  readonly origin: string;
  /** What was asked of it so far, with queries. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Serve a folder under `/media/` on the loopback interface, with byte ranges and CORS as a CDN has them. */
export async function serve(folder: string): Promise<MediaServer> {
  const mounts = { ...MOUNTS, '/media/': folder };
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '/');
    respond(mounts, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(
  mounts: Readonly<Record<string, string>>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Access-Control-Allow-Headers', 'Range');
  response.setHeader('Access-Control-Expose-Headers', 'Content-Length, Content-Range');
  response.setHeader('Cache-Control', 'no-store');
  if (request.method === 'OPTIONS') return void response.writeHead(204).end();
  const path = locate(mounts, new URL(request.url ?? '/', 'http://localhost').pathname);
  const size = path === undefined ? undefined : await fileSize(path);
  if (path === undefined || size === undefined) return void response.writeHead(404).end();

  response.setHeader('Content-Type', MIME_TYPES[extname(path)] ?? 'application/octet-stream');
  response.setHeader('Accept-Ranges', 'bytes');
  const range = requestedRange(request.headers.range, size);
  if (range === 'unsatisfiable')
    return void response.writeHead(416, { 'Content-Range': `bytes */${size}` }).end();
  const { start, end } = range ?? { start: 0, end: size - 1 };
  response.setHeader('Content-Length', end - start + 1);
  if (range) response.setHeader('Content-Range', `bytes ${start}-${end}/${size}`);
  response.writeHead(range ? 206 : 200);
  if (request.method === 'HEAD' || size === 0) return void response.end();
  await pipeline(createReadStream(path, { start, end }), response);
}

/** The file of a URL; normalising first keeps `..` inside the mount. */
function locate(mounts: Readonly<Record<string, string>>, pathname: string): string | undefined {
  const path = normalize(decodeURIComponent(pathname));
  const mount = Object.keys(mounts).find((prefix) => path.startsWith(prefix));
  return mount === undefined ? undefined : join(mounts[mount]!, path.slice(mount.length));
}

async function fileSize(path: string): Promise<number | undefined> {
  try {
    const file = await stat(path);
    return file.isFile() ? file.size : undefined;
  } catch {
    return undefined;
  }
}

/** One range of RFC 9110, 14.1.2; both ends included. */
function requestedRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start > end ? 'unsatisfiable' : { start, end };
}
