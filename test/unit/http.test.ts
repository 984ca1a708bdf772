import { createServer } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { connectionFault } from '../../core/http/faults.ts';
import { PackagerError } from '../../core/index.ts';
import { type HttpRequest, type HttpResponse, sendRequest } from '../../core/kit.ts';
import {
  asking,
  failure,
  PATH,
  send,
  TOKEN,
  text,
  UNKNOWN_HOST,
  withEnvironment,
  withServer,
} from '../helpers/servers/http-asking.ts';
import type { TransportFault } from '../servers/faults.ts';
import { refusedUrl } from '../servers/serve.ts';

const test = suite('http');

test('sends method, headers and body, and answers status, headers and bytes', () =>
  withServer({}, async ({ url, requests }) => {
    const { outcome, waits } = await send(asking(url));
    assert.is(text(outcome), 'got <body-secret/>');
    const { status, headers } = outcome as HttpResponse;
    assert.is(status, 200);
    assert.is(headers['x-several'], 'one');
    assert.equal(waits, []);
    const [request] = requests;
    assert.is(request!.method, 'POST');
    assert.is(request!.url.pathname + request!.url.search, PATH);
    assert.is(request!.headers['authorization'], 'Bearer header-secret');
  }));

test('a server that refuses: REQUEST_FAILED, after four tries with growing waits, whatever is allowed', async () => {
  const { outcome, waits } = await send(asking(await refusedUrl(), { retries: 9 }));
  assert.ok(PackagerError.is(outcome));
  assert.is(outcome.code, 'REQUEST_FAILED');
  assert.is(outcome.exit, 5);
  assert.match(
    outcome.message,
    /^The key server 127\.0\.0\.1:\d+ could not be asked: the connection was refused/,
  );
  assert.match(outcome.message, '(after 4 tries)');
  assert.ok(outcome.hint);
  assert.equal(waits, [250, 500, 1000]);
});

const CONNECTION_FAULTS: readonly [TransportFault, RegExp][] = [
  ['hang-up', /closed before the answer was complete/],
  ['reset', /closed before the answer was complete/],
];
for (const [fault, message] of CONNECTION_FAULTS) {
  for (const https of [undefined, 'own'] as const) {
    test(`${fault}${https ? ' under TLS' : ''}: REQUEST_FAILED after the retries`, () =>
      withServer({ fault, ...(https && { https }) }, async ({ url, ca, requests }) => {
        const error = await failure(asking(url, { retries: 2, ca }));
        assert.is(error.code, 'REQUEST_FAILED');
        assert.match(error.message, message);
        assert.is(requests.length, 3);
      }));
  }
}

test('one fault after the other, then an answer', () =>
  withServer({ fault: ['hang-up', 'reset', 'server-error'] }, async ({ url, requests }) => {
    const { outcome, waits } = await send(asking(url));
    assert.is(text(outcome), 'got <body-secret/>');
    assert.is(requests.length, 4);
    assert.is(waits.length, 3);
  }));

test('500 again and again: SERVER_ERROR with the words of the server', () =>
  withServer('server-error', async ({ url, requests }) => {
    const error = await failure(asking(url));
    assert.is(error.code, 'SERVER_ERROR');
    assert.match(error.message, / answered with HTTP 500: The key database is down \(after 4 tries\)\.$/);
    assert.is(requests.length, 4);
  }));

test('429: waits as long as the server says, and a little more', () =>
  withServer({ fault: ['too-many-requests'] }, async ({ url }) => {
    const { outcome, waits } = await send(asking(url), 0.5);
    assert.is(text(outcome), 'got <body-secret/>');
    assert.equal(waits, [1125]);
  }));

test('Retry-After as a date counts from the date of the answer', () =>
  withServer({ fault: ['unavailable'] }, async ({ url }) => {
    const { waits } = await send(asking(url), 0);
    assert.equal(waits, [2000]);
  }));

test('a Retry-After beyond the total limit is not waited for', () =>
  withServer('unavailable', async ({ url, requests }) => {
    const error = await failure(asking(url, { totalSeconds: 1 }));
    assert.is(error.code, 'SERVER_ERROR');
    assert.match(error.message, 'HTTP 503: Maintenance');
    assert.is(requests.length, 1);
  }));

test('the jitter spreads the waits over all of the limit', async () => {
  const url = await refusedUrl();
  assert.equal((await send(asking(url), 0)).waits, [0, 0, 0]);
  assert.equal((await send(asking(url), 1)).waits, [500, 1000, 2000]);
});

test('4xx is not tried again, and its words come without what the request held', () =>
  withServer('forbidden', async ({ url, requests }) => {
    const error = await failure(asking(url, { secrets: [TOKEN] }));
    assert.is(error.code, 'SERVER_ERROR');
    assert.match(error.message, /answered with HTTP 403: Not allowed: /);
    assert.match(error.hint ?? '', 'token');
    assert.is(requests.length, 1);
    for (const form of ['hex', 'base64'] as const) {
      assert.not.match(error.message, Buffer.from(TOKEN).toString(form));
    }
  }));

test('a redirect is not followed, and nothing reaches the other host', () =>
  withServer({}, (other) =>
    withServer(
      { fault: 'redirect', redirectTo: `${other.url}/elsewhere?with=secret` },
      async ({ url, requests }) => {
        const error = await failure(asking(url));
        assert.is(error.code, 'SERVER_ERROR');
        assert.match(error.message, `redirect (HTTP 307) to ${new URL(other.url).host}`);
        assert.not.match(error.message, 'elsewhere');
        assert.is(requests.length, 1);
        assert.is(other.requests.length, 0);
      },
    ),
  ));

for (const fault of ['huge', 'huge-chunked'] as const) {
  test(`50 MB (${fault}): cut off early, SERVER_ERROR`, () =>
    withServer(fault, async ({ url, requests, bytesSent }) => {
      const error = await failure(asking(url));
      assert.is(error.code, 'SERVER_ERROR');
      assert.match(error.message, 'more than 1048576 bytes');
      assert.is(requests.length, 1);
      assert.ok(bytesSent() < 20_000_000, `${bytesSent()} bytes were sent`);
    }));
}

test('an answer of exactly the limit passes', () =>
  withServer({}, async ({ url }) => {
    const limit = 'got <body-secret/>'.length;
    assert.is(text((await send(asking(url, { maxBytes: limit }))).outcome).length, limit);
    assert.is((await failure(asking(url, { maxBytes: limit - 1 }))).code, 'SERVER_ERROR');
  }));

/** In seconds: a server of these tests starts an answer in a few milliseconds, and on a busy machine within this. */
const LIMIT = 2;

for (const fault of ['silent', 'drip'] as const) {
  test(`${fault}: each try ends at its limit`, () =>
    withServer(fault, async ({ url, requests }) => {
      const error = await failure(asking(url, { timeoutSeconds: LIMIT, retries: 1 }));
      assert.is(error.code, 'REQUEST_FAILED');
      assert.match(
        error.message,
        fault === 'drip' ? 'its answer was not complete within 2.0 s' : 'did not answer within 2.0 s',
      );
      assert.is(requests.length, 2);
    }));

  test(`${fault}: the total limit ends it, whatever a try may take`, () =>
    withServer(fault, async ({ url, requests }) => {
      const error = await failure(asking(url, { timeoutSeconds: 20, totalSeconds: LIMIT, retries: 9 }));
      assert.is(error.code, 'REQUEST_FAILED');
      assert.match(error.message, /within [12]\.\d s/);
      assert.is(requests.length, 1);
    }));
}

test('the total limit holds for the sum of all tries; the fault before it is told', () =>
  withServer({ fault: ['server-error', 'silent'] }, async ({ url, requests }) => {
    const error = await failure(asking(url, { totalSeconds: LIMIT, retries: 9 }));
    assert.match(error.message, 'HTTP 500');
    assert.is(requests.length, 2);
  }));

test('waiting is given up at once when the user cancels', () =>
  withServer('silent', async ({ url }) => {
    const controller = new AbortController();
    const pending = failure(asking(url, { signal: controller.signal }));
    setTimeout(() => controller.abort(), 50);
    assert.is((await pending).code, 'CANCELLED');
    assert.is((await failure(asking(url, { signal: controller.signal }))).code, 'CANCELLED');
  }));

test('cancelled between two tries', () =>
  withServer('server-error', async ({ url, requests }) => {
    const controller = new AbortController();
    const sleep = async () => controller.abort();
    const pending = sendRequest(asking(url, { signal: controller.signal }), { sleep });
    const error = await pending.then(undefined, (reason: unknown) => reason);
    assert.ok(PackagerError.is(error));
    assert.is(error.code, 'CANCELLED');
    assert.is(requests.length, 1);
  }));

test('an unknown name: REQUEST_FAILED, after one more try, and DNS is named', async () => {
  const { outcome, waits } = await send(asking(`http://${UNKNOWN_HOST}`, { retries: 9 }));
  assert.ok(PackagerError.is(outcome));
  assert.is(outcome.code, 'REQUEST_FAILED');
  assert.match(outcome.message, /x\.test could not be asked: its name is not known \(DNS\)/);
  assert.is(waits.length, 1);
});

for (const [code, retries] of [
  ['ENOTFOUND', 1],
  ['ECONNREFUSED', 3],
  ['EAI_AGAIN', Number.POSITIVE_INFINITY],
  ['ECONNRESET', Number.POSITIVE_INFINITY],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 0],
  ['CERT_HAS_EXPIRED', 0],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 0],
] as const)
  test(`${code}: tried again ${retries} times at most`, () => {
    assert.is(connectionFault(Object.assign(new Error(code), { code }), false).retries, retries);
  });

test('TLS: the own CA is trusted', () =>
  withServer({ https: 'own' }, async ({ url, ca }) => {
    assert.is(text((await send(asking(url, { ca }))).outcome), 'got <body-secret/>');
  }));

const CERTIFICATES = [
  ['stranger', /not signed by an authority that is trusted here/, /`ca`/],
  ['other-name', /for another name/, /host name/],
  ['expired', /not valid at this time/, /clock/],
] as const;
for (const [https, message, hint] of CERTIFICATES) {
  test(`TLS: the certificate is ${https}: REQUEST_FAILED, at once, and the request is never sent`, () =>
    withServer({ https }, async ({ url, ca, requests }) => {
      const { outcome, waits } = await send(asking(url, { ca }));
      assert.ok(PackagerError.is(outcome));
      assert.is(outcome.code, 'REQUEST_FAILED');
      assert.match(outcome.message, message);
      assert.match(outcome.hint ?? '', hint);
      assert.equal(waits, []);
      assert.is(requests.length, 0);
    }));
}

test('TLS: NODE_TLS_REJECT_UNAUTHORIZED does not turn verification off', () =>
  withServer({ https: 'stranger' }, async ({ url, ca, requests }) => {
    await withEnvironment({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, async () => {
      assert.is((await failure(asking(url))).code, 'REQUEST_FAILED');
      assert.is((await failure(asking(url, { ca }))).code, 'REQUEST_FAILED');
    });
    assert.is(requests.length, 0);
  }));

test('http asked as https, and https asked as http', async () => {
  await withServer({}, async ({ url }) => {
    const error = await failure(asking(url.replace('http:', 'https:')));
    assert.is(error.code, 'REQUEST_FAILED');
    assert.match(error.message, 'no TLS connection');
  });
  await withServer({ https: 'own' }, async ({ url }) => {
    assert.is((await failure(asking(url.replace('https:', 'http:'), { retries: 0 }))).code, 'REQUEST_FAILED');
  });
});

test('a server that does not speak HTTP', async () => {
  const server = createServer(
    (socket) => void socket.on('error', () => undefined).end('SSH-2.0-OpenSSH\r\n'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const error = await failure(asking(`http://127.0.0.1:${port}`, { retries: 0 }));
  server.close();
  assert.is(error.code, 'REQUEST_FAILED');
  assert.match(error.message, 'not HTTP');
});

test('what cannot be sent at all: INVALID_OPTION, without the value', async () => {
  const complaints: Partial<HttpRequest>[] = [
    { url: `${TOKEN}` },
    { url: `ftp://host/${TOKEN}` },
    { url: `https://user:query-secret@host/${TOKEN}` },
    { headers: { 'x-api-key': 'header-secret\nX: y' } },
    { headers: { 'x y': 'header-secret' } },
    { ca: 'header-secret' },
    { ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' },
  ];
  for (const facts of complaints) {
    const error = await failure({ ...asking('http://127.0.0.1:1'), ...facts });
    assert.is(error.code, 'INVALID_OPTION', JSON.stringify(facts));
  }
});

test.run();
