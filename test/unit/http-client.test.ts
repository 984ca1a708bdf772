import crypto from 'node:crypto';
import { getEventListeners } from 'node:events';
import { createServer } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { type AddressInfo, createServer as createNetServer } from 'node:net';
import { rootCertificates } from 'node:tls';
import { types } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PackagerError } from '../../core/index.ts';
import { type HttpRequest, openClient, sendRequest } from '../../core/kit.ts';

const test = suite('http client');

/** A server that says what it was asked, and how many connections came. */
async function withCounting(use: (url: string, connections: () => number) => Promise<void>): Promise<void> {
  let connections = 0;
  const server = createServer((request, response) => {
    const bytes: Uint8Array[] = [];
    request.on('data', (chunk) => bytes.push(chunk));
    request.on('end', () => response.end(`${request.method} ${Buffer.concat(bytes)}`));
  });
  // A machine that stands for a while between two requests must not end a connection.
  server.keepAliveTimeout = 600_000;
  server.on('connection', () => {
    connections++;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, () => connections);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

test('certificates of a client are read once, not with each request', () =>
  withCounting(async (url) => {
    const { X509Certificate } = crypto;
    let read = 0;
    crypto.X509Certificate = class extends X509Certificate {
      constructor(bytes: ConstructorParameters<typeof X509Certificate>[0]) {
        super(bytes);
        read++;
      }
    };
    syncBuiltinESMExports();
    const client = openClient({ ca: rootCertificates.slice(0, 3).join('\n') });
    try {
      for (let count = 0; count < 4; count++) await client.send({ url, method: 'GET' });
      assert.is(read, 3);
    } finally {
      await client.close();
      crypto.X509Certificate = X509Certificate;
      syncBuiltinESMExports();
    }
  }));

test('a signal that outlives many requests keeps nothing of them', () =>
  withCounting(async (url) => {
    const { signal } = new AbortController();
    const client = openClient();
    try {
      for (let round = 0; round < 3; round++)
        await Promise.all(
          Array.from({ length: 20 }, () => client.send({ url, method: 'GET', signal, totalSeconds: 600 })),
        );
    } finally {
      await client.close();
    }
    // Node keeps what `AbortSignal.any` makes in a set of the signal that has no name.
    const all: unknown[] = Reflect.ownKeys(signal).map((key) => Reflect.get(signal, key));
    assert.equal(
      all.filter(types.isSet).map(({ size }) => size),
      all.filter(types.isSet).map(() => 0),
    );
    assert.ok(getEventListeners(signal, 'abort').length <= 1);
  }));

/** `HEAD` last: undici ends the connection with it. */
const METHODS: readonly HttpRequest['method'][] = ['PUT', 'GET', 'DELETE', 'POST', 'HEAD'];

test('one connection for requests one after the other, of each method', () =>
  withCounting(async (url, connections) => {
    const client = openClient({ connections: 1 });
    for (const method of METHODS) {
      const body = method === 'PUT' || method === 'POST' ? Buffer.from('all of it') : undefined;
      const answer = await client.send({ url, method, ...(body && { body }) });
      const expected = method === 'HEAD' ? '' : `${method} ${body ?? ''}`;
      assert.is(Buffer.from(answer.body).toString(), expected);
    }
    await client.close();
    assert.is(connections(), 1);
    for (const method of METHODS) await sendRequest({ url, method });
    assert.is(connections(), 1 + METHODS.length);
  }));

test('no more connections at a time than allowed', () =>
  withCounting(async (url, connections) => {
    const client = openClient({ connections: 2 });
    await Promise.all(Array.from({ length: 12 }, () => client.send({ url, method: 'GET' })));
    await client.close();
    assert.is(connections(), 2);
  }));

test('a client that is closed ends what waits, and asks nobody any more', async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const client = openClient();
  const waiting = client.send({ url, method: 'GET', retries: 0 }).catch((error: unknown) => error);
  await new Promise((resolve) => server.once('request', resolve));
  await client.close();
  assert.ok(PackagerError.is(await waiting));
  const later = await client.send({ url, method: 'GET' }).catch((error: unknown) => error);
  assert.instance(later, RangeError);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** What stands behind the first answer: at once, or when the next request has come. */
for (const when of ['at once', 'in front of the next answer'])
  test(`what stands behind an answer, ${when}, spoils neither that nor the next`, async () => {
    const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbody';
    let asked = 0;
    const server = createNetServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => {
        asked++;
        const isFirst = asked === 1;
        if (when === 'at once') socket.write(isFirst ? `${answer}and more\r\n\r\n` : answer);
        else socket.write(asked === 2 ? `and more\r\n\r\n${answer}` : answer);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const client = openClient({ connections: 1 }, { sleep: async () => {} });
    try {
      const bodies = await Promise.all([1, 2, 3].map(() => client.send({ url, method: 'GET' })));
      assert.equal(
        bodies.map(({ body }) => Buffer.from(body).toString()),
        ['body', 'body', 'body'],
      );
    } finally {
      await client.close();
      await new Promise((resolve) => server.close(resolve));
    }
  });

test('an answer that breaks off behind all that was asked for is no fault', async () => {
  let asked = 0;
  const server = createNetServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => {
      asked++;
      // Without the last chunk nobody knows that this was all.
      socket.write('HTTP/1.1 206 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nbody\r\n');
      setImmediate(() => socket.resetAndDestroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const client = openClient({}, { sleep: async () => {} });
  const taking = (most: number) => {
    let taken = 0;
    const sink = {
      get taken() {
        return taken;
      },
      get isFull() {
        return taken === most;
      },
      begin: () => undefined,
      write: ({ length }: Uint8Array) => {
        taken += length;
      },
    };
    return client.send({ url, method: 'GET', retries: 1, sink }).catch((error: unknown) => error);
  };
  try {
    assert.is(((await taking(4)) as { status: number }).status, 206);
    assert.is(asked, 1);
    assert.ok(PackagerError.is(await taking(5)));
  } finally {
    await client.close();
    await new Promise((resolve) => server.close(resolve));
  }
});

test.run();
