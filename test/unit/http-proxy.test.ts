import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openConnections } from '../../core/http/connections.ts';
import {
  asking,
  failure,
  send,
  text,
  UNKNOWN_HOST,
  withEnvironment,
  withServer,
} from '../helpers/servers/http-asking.ts';
import { startProxy } from '../servers/proxy.ts';
import { refusedUrl } from '../servers/serve.ts';

const test = suite('http through proxies');

/** A proxy in front of a server, in these environment variables. */
async function withProxy(
  { url }: { url: string },
  names: readonly string[],
  use: (asked: readonly string[]) => Promise<void>,
  more: Record<string, string> = {},
): Promise<void> {
  const proxy = await startProxy(Number(new URL(url).port));
  const variables = Object.fromEntries(names.map((name) => [name, proxy.url]));
  await withEnvironment({ ...variables, ...more }, () => use(proxy.asked)).finally(() => proxy.close());
}

test('HTTPS goes through a tunnel, and the certificate is that of the server', () =>
  withServer({ https: 'own' }, async (server) => {
    const use = async (asked: readonly string[]) => {
      assert.is(
        text((await send(asking('https://keys.test', { ca: server.ca }))).outcome),
        'got <body-secret/>',
      );
      assert.equal(asked, ['CONNECT keys.test:443']);
      assert.match(
        (await failure(asking('https://other.test', { ca: server.ca }))).message,
        'for another name',
      );
      assert.match((await failure(asking('https://keys.test'))).message, 'not signed by an authority');
    };
    await withProxy(server, ['HTTPS_PROXY'], use, { HTTP_PROXY: await refusedUrl() });
    assert.is(server.requests.length, 1);
  }));

test('plain HTTP goes through it, too', () =>
  withServer({}, (server) =>
    withProxy(server, ['http_proxy'], async (asked) => {
      assert.is(text((await send(asking('http://keys.test'))).outcome), 'got <body-secret/>');
      assert.match(asked[0] ?? '', /^POST http:\/\/keys\.test\//);
    }),
  ));

test('metadata services of clouds are asked directly: a proxy would hand out its own credentials', () =>
  withEnvironment({ HTTP_PROXY: 'http://proxy.test' }, async () => {
    const isProxied = async (url: string) => {
      const connections = openConnections(new URL(url), undefined);
      await connections.close();
      return connections.proxied;
    };
    assert.is(await isProxied('http://169.254.169.254'), false);
    assert.is(await isProxied('http://[fd00:ec2::254]'), false);
    assert.is(await isProxied('http://[fd00:ec3::254]'), true);
    assert.is(await isProxied('http://169.253.169.254'), true);
    const near = ['localhost', 'localhost.', 'keys.localhost', '127.0.0.1', '127.1', '[::1]'];
    for (const host of near) assert.is(await isProxied(`http://${host}:8200`), false, host);
    for (const host of ['localhost.example', '128.0.0.1', '[::2]'])
      assert.is(await isProxied(`http://${host}`), true, host);
  }));

test('NO_PROXY and servers on this machine are asked directly', () =>
  withServer({}, async (server) => {
    const environment = { HTTP_PROXY: await refusedUrl(), NO_PROXY: '.test' };
    await withEnvironment(environment, async () => {
      assert.is(text((await send(asking(server.url))).outcome), 'got <body-secret/>');
      const error = await failure(asking(`http://${UNKNOWN_HOST}`, { retries: 0 }));
      assert.match(error.message, 'DNS');
      assert.match((await failure(asking('http://keys.example', { retries: 0 }))).message, 'refused');
    });
  }));

test('one that refuses is named in the hint, never with its password', async () => {
  const proxy = await startProxy(1, 407);
  const secret = proxy.url.replace('http://', 'http://user:query-secret@');
  await withEnvironment({ HTTPS_PROXY: secret }, async () => {
    const error = await failure(asking('https://keys.test', { retries: 0 }));
    assert.is(error.code, 'REQUEST_FAILED');
    assert.match(error.message, 'the proxy answered with HTTP 407');
    assert.match(error.hint ?? '', 'NO_PROXY');
  }).finally(() => proxy.close());
});

test('an address that is none: INVALID_OPTION, without the address', () =>
  withEnvironment({ HTTP_PROXY: 'http://user:query-secret@bad host' }, async () => {
    assert.is((await failure(asking('http://keys.test'))).code, 'INVALID_OPTION');
  }));

test.run();
