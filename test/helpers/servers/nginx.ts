import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { testCertificates } from '../../servers/tls.ts';
import { temporaryFolder } from '../commands/folders.ts';

/** An nginx of a test's own. */
export interface Nginx {
  /** What it serves below each of its places: `/plain/film.mp4` is `film.mp4` in here. `/dav/` and `/put/` have folders in it and take files. */
  readonly folder: string;
  readonly http: string;
  /** With a certificate of `ca`. */
  readonly https: string;
  readonly ca: string;
  close(): Promise<void>;
}

/** What `secure_link` is made with. */
export const LINK_SECRET = 'link-secret';

/** Start it on loopback, with all that it writes in a temporary folder. */
export async function serveNginx(): Promise<Nginx> {
  const prefix = temporaryFolder('nginx');
  const folder = join(prefix, 'files');
  for (const name of [folder, join(folder, 'dav'), join(folder, 'put'), join(prefix, 'tmp')]) mkdirSync(name);
  const { own } = await testCertificates();
  writeFileSync(join(prefix, 'cert.pem'), own.server.cert);
  writeFileSync(join(prefix, 'key.pem'), own.server.key);
  const [plain, secure] = [await freePort(), await freePort()];
  writeFileSync(join(prefix, 'nginx.conf'), configuration(folder, plain, secure));
  const errors = join(prefix, 'error.log');
  const server = spawn('nginx', ['-p', prefix, '-c', 'nginx.conf', '-e', errors], { stdio: 'inherit' });
  const ended = once(server, 'exit');
  for (;;) {
    if (server.exitCode !== null) throw new Error(`nginx ended with status ${server.exitCode}`);
    if (await isOpen(plain)) break;
    await wait(20);
  }
  return {
    folder,
    http: `http://127.0.0.1:${plain}`,
    https: `https://127.0.0.1:${secure}`,
    ca: own.ca,
    async close() {
      server.kill('SIGTERM');
      await ended;
    },
  };
}

const configuration = (folder: string, plain: number, secure: number): string => `
daemon off;
worker_processes 1;
pid nginx.pid;
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 256; }
http {
  access_log off;
  types { video/mp4 mp4; }
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((of) => `${of}_temp_path tmp/${of};`).join(' ')}
  limit_conn_zone $binary_remote_addr zone=conn:1m;
  limit_req_zone $binary_remote_addr zone=req:1m rate=50r/s;
  sendfile on;
  server {
    listen 127.0.0.1:${plain};
    listen 127.0.0.1:${secure} ssl;
    ssl_certificate cert.pem;
    ssl_certificate_key key.pem;
    location /plain/ { alias ${folder}/; }
    location /slow/ { alias ${folder}/; limit_rate 2m; }
    location /few/ { alias ${folder}/; keepalive_requests 3; }
    location /closing/ { alias ${folder}/; keepalive_timeout 0; }
    location /conn/ { alias ${folder}/; limit_conn conn 2; }
    location /req/ { alias ${folder}/; limit_req zone=req burst=2 nodelay; }
    location /gzip/ { alias ${folder}/; gzip on; gzip_types *; gzip_min_length 1; gzip_proxied any; }
    location /weak/ { alias ${folder}/; etag off; }
    location /whole/ { alias ${folder}/; max_ranges 0; }
    location /dav/ {
      alias ${folder}/dav/;
      client_max_body_size 0;
      create_full_put_path on;
      dav_methods PUT DELETE MKCOL MOVE;
    }
    location /put/ { alias ${folder}/put/; client_max_body_size 0; create_full_put_path on; dav_methods PUT DELETE; }
    location /moved/ { rewrite ^/moved/(.*)$ /plain/$1 redirect; }
    location /signed/ {
      alias ${folder}/;
      secure_link $arg_md5,$arg_expires;
      secure_link_md5 "$secure_link_expires$uri ${LINK_SECRET}";
      if ($secure_link = "") { return 403; }
      if ($secure_link = "0") { return 410; }
    }
  }
}
`;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

/** A way to a server that ends each connection after so many bytes of answers. */
export async function cutting(
  target: string,
  bytes: number,
): Promise<{ url: string; close(): Promise<void> }> {
  const { hostname, port } = new URL(target);
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    let left = bytes;
    const end = () => {
      near.destroy();
      far.destroy();
    };
    near.on('data', (chunk) => far.write(chunk));
    far.on('data', (chunk) => {
      near.write(chunk.subarray(0, left), left <= chunk.length ? end : undefined);
      left = Math.max(0, left - chunk.length);
    });
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${own}`,
    async close() {
      server.close();
      await once(server, 'close');
    },
  };
}
