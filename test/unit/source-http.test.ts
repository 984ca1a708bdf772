/** Inputs behind HTTP: what is asked, what is believed, and how each fault ends. */
import { createHash, randomBytes } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Packager, PackagerError } from '../../core/index.ts';
import { type InputSource, webHeaders } from '../../core/kit.ts';
import { type SourceHttpOptions, sourceHttp } from '../../plugins/index.ts';
import { serveWeb, type WebServer, type WebTurn } from '../helpers/servers/web-server.ts';

const MIB = 2 ** 20;
/** Larger than all blocks that are kept. */
const FILM = randomBytes(21 * MIB + 5);
const TAGGED = { etag: '"one"', 'last-modified': 'Sat, 28 Nov 2026 02:00:00 GMT' };

const test = suite('inputs behind HTTP', { web: undefined as unknown as WebServer });

// Each test has a server of its own: what a reader has asked ahead for may arrive after its test has ended.
test.before.each(async (context) => {
  context.web = await serveWeb();
  context.web.objects.set('/film.mp4', { bytes: FILM, headers: TAGGED });
});
test.after.each(({ web }) => web.close());

const NEVER = { signal: new AbortController().signal };

/** What the plugin adds. */
function sourceOf(options: SourceHttpOptions = {}): InputSource {
  let added: InputSource | undefined;
  sourceHttp({ retries: 2, ...options }).apply({
    source: (source: InputSource) => {
      added = source;
    },
  } as unknown as Packager);
  return added!;
}

/** A piece of an input. */
async function pieceOf(reference: string, from: number, to: number, options?: SourceHttpOptions) {
  const source = sourceOf(options);
  const { identity } = await source.look(reference, NEVER);
  const file = await source.open(reference, identity, NEVER);
  try {
    const targets = [new Uint8Array((to - from) >> 1), new Uint8Array(to - from - ((to - from) >> 1))];
    await file.read(from, targets);
    return Buffer.concat(targets);
  } finally {
    await file.close();
  }
}

const failing = (work: Promise<unknown>): Promise<PackagerError> =>
  work.then(
    () => {
      throw new Error('it did not fail');
    },
    (error) => error,
  );

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('any piece of it, byte for byte, in few requests', async ({ web }) => {
  const pieces = [
    [0, 0],
    [0, 1],
    [2 * MIB - 1, 2 * MIB + 1],
    [FILM.length - 7, FILM.length],
    [0, FILM.length],
    [3 * MIB + 11, 19 * MIB],
  ] as const;
  for (const [from, to] of pieces) {
    // What was asked ahead for the piece before may still arrive: each piece has an address of its own.
    const address = `/film.mp4?${from}-${to}`;
    const piece = await pieceOf(web.url + address, from, to);
    assert.is(hash(piece), hash(FILM.subarray(from, to)), `${from} to ${to}`);
    const most = 2 + Math.ceil((to - from) / (2 * MIB)) + 3;
    const asked = web.requests.filter(({ url }) => url === address).length;
    assert.ok(asked > 0 && asked <= most, `${asked} requests`);
  }
});

test('front to back in small steps: each byte is asked for once, ahead of who reads', async ({ web }) => {
  const source = sourceOf();
  const file = await source.open(`${web.url}/film.mp4`, undefined, NEVER);
  const all = createHash('sha256');
  const step = new Uint8Array(300_000);
  for (let at = 0; at < FILM.length; at += step.length) {
    const target = step.subarray(0, Math.min(step.length, FILM.length - at));
    await file.read(at, [target]);
    all.update(target);
  }
  await file.close();
  assert.is(all.digest('hex'), hash(FILM));
  assert.is(web.requests.length, 1 + Math.ceil(FILM.length / (2 * MIB)));
});

/** Bytes that were asked for, of which no more than this film has. */
const askedOf = ({ requests }: WebServer): number =>
  requests.reduce((sum, { headers }) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '')!;
    return sum + Number(last) + 1 - Number(first);
  }, 0);

test('two readers side by side share what they ask for; far apart, each asks', async ({ web }) => {
  const reference = `${web.url}/film.mp4?two`;
  const files = await Promise.all([1, 2].map(() => sourceOf().open(reference, undefined, NEVER)));
  const target = new Uint8Array(700_000);
  const check = async (file: (typeof files)[number], at: number) => {
    const into = target.subarray(0, Math.min(target.length, FILM.length - at));
    await file.read(at, [into]);
    assert.is(hash(into), hash(FILM.subarray(at, at + into.length)));
  };
  for (let at = 0; at < FILM.length; at += target.length) for (const file of files) await check(file, at);
  assert.is(askedOf(web), 2 + FILM.length);
  // All blocks of both together are less than this film is long, so nothing of its start is there any more.
  await files[0]!.close();
  for (let at = 0; at < FILM.length; at += target.length) await check(files[1]!, at);
  assert.ok(askedOf(web) > 2 + FILM.length + 4 * MIB, `${askedOf(web)} bytes`);
  await files[1]!.close();
  const asked = askedOf(web);
  const again = await sourceOf().open(reference, undefined, NEVER);
  await again.read(20 * MIB, [new Uint8Array(1)]);
  assert.ok(askedOf(web) > asked + 1, 'the last to close lets go of all');
  await again.close();
});

test('what another reader asked for and does not get, one asks for himself', async ({ web }) => {
  const reference = `${web.url}/film.mp4?other`;
  const cancel = new AbortController();
  const one = await sourceOf().open(reference, undefined, { signal: cancel.signal });
  const other = await sourceOf().open(reference, undefined, NEVER);
  const target = new Uint8Array(MIB);
  web.turn = ({ headers }) => {
    if (headers.range === 'bytes=0-0') return undefined;
    cancel.abort();
    web.turn = undefined;
    return { cutAfter: 1 };
  };
  const failed = failing(one.read(0, [new Uint8Array(MIB)]));
  await other.read(0, [target]);
  assert.is(hash(target), hash(FILM.subarray(0, MIB)));
  assert.is((await failed).code, 'CANCELLED');
  await Promise.all([one.close(), other.close()]);
});

test('headers here and there bring no blocks', async ({ web }) => {
  const file = await sourceOf().open(`${web.url}/film.mp4?heads`, undefined, NEVER);
  const places = Array.from({ length: 20 }, (_, n) => n * MIB + 65_530);
  await Promise.all(
    places.map(async (at) => {
      const target = new Uint8Array(2048);
      await file.read(at, [target]);
      assert.is(hash(target), hash(FILM.subarray(at, at + 2048)), `${at}`);
    }),
  );
  assert.ok(askedOf(web) < 3 * MIB, `${askedOf(web)} bytes`);
  await file.close();
});

test('many readers of one file at a time', async ({ web }) => {
  const file = await sourceOf().open(`${web.url}/film.mp4`, undefined, NEVER);
  await Promise.all(
    Array.from({ length: 16 }, async (_, index) => {
      const from = ((index * 7) % 16) * MIB + index;
      const target = new Uint8Array(3 * MIB);
      await file.read(from, [target]);
      assert.is(hash(target), hash(FILM.subarray(from, from + target.length)), `${index}`);
    }),
  );
  await file.close();
});

test('answers that break off go on where they did, as often as they bring something', async ({ web }) => {
  web.turn = (_, count) => (count > 1 ? { cutAfter: 400_000 } : undefined);
  const piece = await pieceOf(`${web.url}/film.mp4`, 0, 2 * MIB);
  assert.is(hash(piece), hash(FILM.subarray(0, 2 * MIB)));
  const ranges = web.requests.map(({ headers }) => headers.range);
  assert.ok(ranges.includes('bytes=400000-2097151'), ranges.join());
  for (const { headers } of web.requests.slice(2)) assert.is(headers['if-match'], '"one"');
});

test('503 now and then is tried again; always, it is an error', async ({ web }) => {
  web.turn = (_, count) => (count % 2 === 1 ? { status: 503 } : undefined);
  assert.is(hash(await pieceOf(`${web.url}/film.mp4`, 5, 9)), hash(FILM.subarray(5, 9)));
  web.turn = () => ({ status: 503, headers: { 'retry-after': '0' } });
  const error = await failing(pieceOf(`${web.url}/film.mp4`, 0, 9));
  assert.is(error.code, 'INPUT_NOT_READABLE');
  assert.match(error.message, /answered with HTTP 503.*after 3 tries/);
});

/** What happens from the third request on, by which it has been looked at and opened. */
const FAULTS: readonly (readonly [what: string, turn: WebTurn, code: string, says: RegExp])[] = [
  ['no ranges', 'whole', 'INPUT_NOT_READABLE', /sends whole files alone, and no ranges/],
  ['another range', 'shifted', 'INPUT_NOT_READABLE', /other bytes than it was asked for/],
  ['several ranges', 'multipart', 'INPUT_NOT_READABLE', /other bytes than it was asked for/],
  ['more than was asked for', 'long', 'INPUT_NOT_READABLE', /other bytes than it was asked for/],
  ['what is not modified', { status: 304 }, 'INPUT_NOT_READABLE', /answered with HTTP 304/],
  ['another file', { status: 412 }, 'INPUT_CHANGED', /changed while it was being packaged/],
  ['nothing', { status: 404 }, 'INPUT_NOT_FOUND', /answers with HTTP 404/],
  ['a refusal', { status: 403 }, 'INPUT_NOT_READABLE', /answers with HTTP 403/],
  ['a redirect to nowhere', { status: 302 }, 'INPUT_NOT_READABLE', /redirects to nowhere/],
  ['an end in the middle, at once', { cutAfter: 0 }, 'INPUT_NOT_READABLE', /was closed before the answer/],
];
for (const [what, turn, code, says] of FAULTS)
  for (const from of [1, 3])
    test(`${what}, from request ${from} on: one sentence`, async ({ web }) => {
      web.turn = (_, count) => (count >= from ? turn : undefined);
      const error = await failing(pieceOf(`${web.url}/film.mp4`, 0, 9));
      assert.is(error.code, code, error.stack);
      assert.match(error.message, says);
      assert.not.match(error.message, /secret words/);
    });

for (const turn of ['capped', 'chunked'] as const)
  test(`answers that are ${turn}: all bytes, whatever it takes`, async ({ web }) => {
    web.turn = () => turn;
    const piece = await pieceOf(`${web.url}/film.mp4?${turn}`, 5, 5 * MIB);
    assert.is(hash(piece), hash(FILM.subarray(5, 5 * MIB)));
  });

test('an answer that says another length of the whole is of another file', async ({ web }) => {
  web.turn = (_, count) => (count > 2 ? 'other-total' : undefined);
  assert.is((await failing(pieceOf(`${web.url}/film.mp4?total`, 0, 9))).code, 'INPUT_CHANGED');
});

for (const [what, headers] of [
  ['with another ETag', { ...TAGGED, etag: '"two"' }],
  ['with another date', { 'last-modified': 'Sat, 28 Nov 2026 03:00:00 GMT' }],
  ['with another weak ETag', { etag: 'W/"two"' }],
] as const)
  test(`a file that is replaced while it is read, ${what}`, async ({ web }) => {
    const { etag } = headers as { etag?: string };
    const before = etag?.startsWith('W/')
      ? { etag: 'W/"one"' }
      : { ...TAGGED, ...(etag === undefined && { etag: 'W/"one"' }) };
    web.objects.set('/film.mp4', { bytes: FILM, headers: before });
    const source = sourceOf();
    const reference = `${web.url}/film.mp4`;
    const { identity } = await source.look(reference, NEVER);
    const file = await source.open(reference, identity, NEVER);
    await file.read(0, [new Uint8Array(10)]);
    web.objects.set('/film.mp4', { bytes: FILM, headers });
    const error = await failing(file.read(20 * MIB, [new Uint8Array(10)]));
    assert.is(error.code, 'INPUT_CHANGED');
    assert.is((await failing(source.open(reference, identity, NEVER))).code, 'INPUT_CHANGED');
    const now = (await source.look(reference, NEVER)).identity;
    assert.match(source.changeOf!(identity, now), /another one of the same length/);
  });

test('the same bytes, told far apart: by length and strong ETag, whenever they came', () => {
  const { isSame } = sourceOf();
  const of = (etag: string, date: string) => JSON.stringify([5, etag, date]);
  assert.is(isSame!(of('"e"', 'one'), of('"e"', 'two')), true);
  assert.is(isSame!(of('"e"', 'one'), of('"f"', 'one')), false);
  for (const etag of ['W/"e"', '']) assert.is(isSame!(of(etag, 'one'), of(etag, 'two')), false);
});

test('an empty file has no bytes', async ({ web }) => {
  web.objects.set('/empty', { bytes: new Uint8Array(0) });
  const { bytes } = await sourceOf().look(`${web.url}/empty`, NEVER);
  assert.is(bytes, 0);
});

test('redirects: within a host, and to others that are named; credentials stay with theirs', async ({
  web,
}) => {
  const other = await serveWeb();
  try {
    other.objects.set('/cdn/film.mp4', { bytes: FILM, headers: TAGGED });
    const host = new URL(web.url).host;
    const options = { headers: { [host]: { 'x-key': 'hush' } } };
    web.turn = ({ url }) =>
      url === '/here' ? { status: 307, headers: { location: '/film.mp4' } } : undefined;
    assert.is((await pieceOf(`${web.url}/here`, 1, 3, options)).length, 2);
    for (const { headers } of web.requests) assert.is(headers['x-key'], 'hush');

    const away = other.url.replace('127.0.0.1', 'localhost');
    web.turn = () => ({ status: 302, headers: { location: `${away}/cdn/film.mp4?signature=hush` } });
    const error = await failing(pieceOf(`${web.url}/film.mp4`, 0, 9, options));
    assert.is(error.code, 'INPUT_NOT_READABLE');
    assert.match(error.message, /redirects to another host \(localhost:\d+\), which is not followed/);
    for (const redirectHosts of [[new URL(away).host], 'any'] as const)
      assert.is((await pieceOf(`${web.url}/film.mp4`, 0, 9, { ...options, redirectHosts })).length, 9);
    for (const { headers } of other.requests) assert.is(headers['x-key'], undefined);
  } finally {
    await other.close();
  }
});

for (const status of [403, 400])
  test(`a signed address that runs out with HTTP ${status} is asked for again where it came from`, async ({
    web,
  }) => {
    let signature = 1;
    web.turn = ({ url }) => {
      const { pathname, search } = new URL(url!, web.url);
      if (pathname === '/film.mp4')
        return { status: 302, headers: { location: `/signed.mp4?signature=${signature}` } };
      return search === `?signature=${signature}` ? undefined : { status };
    };
    web.objects.set('/signed.mp4', { bytes: FILM, headers: TAGGED });
    const file = await sourceOf().open(`${web.url}/film.mp4?${status}`, undefined, NEVER);
    for (const at of [0, 9 * MIB, 18 * MIB]) {
      const target = new Uint8Array(4);
      await file.read(at, [target]);
      assert.equal(Buffer.from(target), FILM.subarray(at, at + 4));
      signature += 1;
    }
    await file.close();
  });

test('user and password of an address go as a header, and over https alone', async ({ web }) => {
  const reference = web.url.replace('://', '://me:p%40ss@');
  await pieceOf(`${reference}/film.mp4`, 0, 2);
  for (const { headers, url } of web.requests) {
    assert.is(headers.authorization, `Basic ${Buffer.from('me:p@ss').toString('base64')}`);
    assert.is(url, '/film.mp4');
  }
  const error = await failing(sourceOf().look('http://me:hush@films.example/film.mp4', NEVER));
  assert.is(error.code, 'INVALID_OPTION');
  assert.match(error.message, /Credentials for films\.example would go over plain HTTP/);
  assert.not.match(`${error.message} ${error.hint}`, /hush/);
});

const SIGNED = [
  'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=fe5f80f77d5fa3beca038a248ff027d0445342fe2855ddc963176630326f1024',
  'GoogleAccessId=a%40b.example&Expires=1&Signature=c2lnbmVk',
  'sv=2024-11-04&sig=a%2Bb%3D',
  'hdnts=exp=1~acl=/*~hmac=00',
  'access_token=hush',
  'md5=x7mQ2vLk9TzR4pWn8sYbAg&expires=1',
];

test('a query that is as good as a password goes over https alone; any other goes anyhow', async () => {
  const access = { headers: {}, allowPlainHttp: false };
  const headersOf = (url: string, more = access) =>
    webHeaders({ url: new URL(url), authorization: undefined, plugin: 'sourceHttp' }, more);
  for (const query of SIGNED) {
    const error = await failing(sourceOf().look(`http://bucket.example/film.mp4?${query}`, NEVER));
    assert.is(error.code, 'INVALID_OPTION', query);
    assert.match(error.message, /Credentials for bucket\.example would go over plain HTTP/);
    assert.match(error.hint ?? '', /allowPlainHttp: true` in sourceHttp/);
    assert.equal(headersOf(`https://bucket.example/film.mp4?${query}`), {});
    assert.equal(headersOf(`http://127.0.0.1/film.mp4?${query}`), {});
    assert.equal(headersOf(`http://bucket.example/?${query}`, { ...access, allowPlainHttp: true }), {});
  }
  for (const query of [
    'v=2',
    'versionId=3sL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY+MTRXvLr',
    'key=films/one.mp4&author=somebody&design=2',
    'page=2&lang=de&md5=',
  ])
    assert.equal(headersOf(`http://bucket.example/film.mp4?${query}`), {}, query);
});

test('who cancels waits for nothing', async ({ web }) => {
  const cancel = new AbortController();
  const file = await sourceOf().open(`${web.url}/film.mp4?cancelled`, undefined, { signal: cancel.signal });
  web.turn = () => {
    cancel.abort();
    return { cutAfter: 1 };
  };
  assert.is((await failing(file.read(0, [new Uint8Array(9)]))).code, 'CANCELLED');
  await file.close();
});

test.run();
