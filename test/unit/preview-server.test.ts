/** Whom the preview answers, and with what: asked over bare sockets, since clients tidy up what is asked. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ContentKey } from '../../core/index.ts';
import { openPackage } from '../../core/inspect/files/open-package.ts';
import { BackgroundChecks, type TitleCheck } from '../../core/preview/background-checks.ts';
import { renditionNames } from '../../core/preview/page/rendition-names.ts';
import { type PreviewServer, servePreview } from '../../core/preview/server.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { TEST_KEY } from '../helpers/titles/package.ts';

const test = suite('preview server');

const KEY = new ContentKey({
  id: Buffer.from(TEST_KEY.keyId, 'hex'),
  key: Buffer.from(TEST_KEY.key, 'hex'),
  iv: Buffer.from(TEST_KEY.iv, 'hex'),
});

const PLAYLIST = `#EXTM3U
#EXT-X-VERSION:5
#EXT-X-TARGETDURATION:2
#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://${TEST_KEY.keyId}",KEYFORMAT="com.apple.streamingkeydelivery",KEYFORMATVERSIONS="1"
#EXTINF:2,
media.ts
#EXT-X-KEY:METHOD=NONE
#EXTINF:2,
media.ts
#EXT-X-ENDLIST
`;

const MPD = `<MPD><Location>https://steer.example/a.mpd</Location><BaseURL>https://cdn.example/film/</BaseURL><BaseURL>video/</BaseURL>
<ContentProtection schemeIdUri="urn:mpeg:dash:mp4protection:2011" value="cenc" cenc:default_KID="00010203-0405-0607-0809-0a0b0c0d0e0f"/>
<ContentProtection schemeIdUri="urn:uuid:EDEF8BA9-79D6-4ACE-A3C8-27DCD51D21ED"><cenc:pssh>AAAA</cenc:pssh></ContentProtection>
</MPD>`;

const root = (async () => {
  const folder = join(temporaryFolder('preview'), 'film');
  await mkdir(join(folder, 'inner'), { recursive: true });
  await writeFile(join(folder, 'stream.m3u8'), PLAYLIST);
  await writeFile(join(folder, 'stream.mpd'), MPD);
  await writeFile(join(folder, 'media.ts'), '0123456789');
  await writeFile(join(folder, 'page.html'), '<script>alert(1)</script>');
  await writeFile(join(folder, '..', 'secret.txt'), 'secret');
  await symlink(join(folder, '..', 'secret.txt'), join(folder, 'link.txt'));
  await symlink('/', join(folder, 'inner', 'all'));
  return folder;
})();

let server: PreviewServer;
let port: number;
let token: string;

test.before(async () => {
  const folder = await root;
  const files = await openPackage(folder);
  const findKeys = async () => () => KEY;
  server = await servePreview({ files, root: folder, name: 'film', keyHint: '', findKeys, page: folder });
  const { port: own, pathname } = new URL(server.url);
  port = Number(own);
  token = pathname.split('/')[1]!;
});

test.after(() => server.close());

interface Asked {
  readonly method?: string;
  readonly host?: string;
  readonly lines?: readonly string[];
  readonly body?: string;
}

/** Ask as it stands, and read all that is answered. */
function ask(
  path: string,
  { method = 'GET', host = `127.0.0.1:${port}`, lines = [], body = '' }: Asked = {},
): Promise<{ status: number; head: string; body: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const length = body === '' ? [] : [`Content-Length: ${body.length}`];
    const head = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: close', ...length, ...lines];
    let text = '';
    socket.setEncoding('latin1').on('data', (part: string) => {
      text += part;
    });
    socket.on('error', reject).on('close', () => {
      const at = text.indexOf('\r\n\r\n');
      const status = Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);
      resolve({ status, head: text.slice(0, at), body: text.slice(at + 4) });
    });
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  });
}

const media = (path: string): string => `/${token}/media/${path}`;

test('answers whoever has the token, and calls it by an address of this machine', async () => {
  assert.is((await ask(media('media.ts'))).body, '0123456789');
  assert.is((await ask(media('media.ts'), { host: `localhost:${port}` })).status, 200);
  assert.is((await ask(media('media.ts'), { method: 'HEAD' })).body, '');
});

test('answers nobody else', async () => {
  const others = ['/', '/media/media.ts', `/${token}x/media/media.ts`, `/${token.slice(1)}/media/media.ts`];
  for (const path of [
    ...others,
    `/${'A'.repeat(token.length)}/media/media.ts`,
    `http://127.0.0.1:${port}${media('media.ts')}`,
  ])
    assert.is((await ask(path)).status, 403, path);
  for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', '127.0.0.1:1', `0.0.0.0:${port}`])
    assert.is((await ask(media('media.ts'), { host })).status, 403, host);
  assert.is((await ask(media('media.ts'), { lines: ['Origin: https://evil.example'] })).status, 403);
  const twice = await ask(media('media.ts'), { lines: ['Host: evil.example'] });
  assert.ok(twice.status === 400 || twice.status === 403, `${twice.status}`);
});

test('nothing leads out of the package', async () => {
  const ways = [
    '../secret.txt',
    'inner/../../secret.txt',
    '%2e%2e/secret.txt',
    '.%2e/secret.txt',
    '%2e%2e%2fsecret.txt',
    '..%5csecret.txt',
    '%252e%252e/secret.txt',
    '/etc/passwd',
    '%2fetc%2fpasswd',
    'link.txt',
    'inner/all/etc/passwd',
    'media.ts%00.txt',
    '%',
    '',
    'inner',
    'stream.m3u8/../../secret.txt',
  ];
  for (const way of ways) {
    const { status, body } = await ask(media(way));
    assert.ok(status === 400 || status === 404, `${way}: ${status}`);
    assert.not.match(body, /secret\n?$|root:/, way);
  }
});

test('only GET, HEAD and POST of licences', async () => {
  for (const method of ['PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE'])
    assert.is((await ask(media('media.ts'), { method })).status, 405, method);
  assert.is((await ask(media('media.ts'), { method: 'POST' })).status, 405);
  assert.is((await ask(`/${token}/licence`)).status, 405);
});

test('every answer is for this page alone, and nothing of the package is run', async () => {
  for (const path of [media('page.html'), `/${token}/`, '/', `/${token}/api/title`]) {
    const { head } = await ask(path);
    assert.match(head, /^Content-Security-Policy: default-src 'none'/im, path);
    assert.match(head, /^Referrer-Policy: no-referrer/im, path);
    assert.match(head, /^X-Content-Type-Options: nosniff/im, path);
    assert.match(head, /^Cache-Control: no-store/im, path);
    assert.not.match(head, /Access-Control/i, path);
  }
  const { head } = await ask(media('page.html'));
  assert.match(head, /^Content-Type: application\/octet-stream/im);
  assert.match(head, /sandbox/);
});

test('ranges', async () => {
  const of = (range: string) => ask(media('media.ts'), { lines: [`Range: ${range}`] });
  const part = await of('bytes=2-4');
  assert.is(part.status, 206);
  assert.is(part.body, '234');
  assert.match(part.head, /^Content-Range: bytes 2-4\/10/im);
  assert.is((await of('bytes=7-')).body, '789');
  assert.is((await of('bytes=-2')).body, '89');
  assert.is((await of('bytes=8-99')).body, '89');
  assert.is((await of('bytes=10-')).status, 416);
});

test('a licence of ClearKey for key ids that are known', async () => {
  const kid = Buffer.from(TEST_KEY.keyId, 'hex').toString('base64url');
  const body = JSON.stringify({ kids: [kid], type: 'temporary' });
  const answer = await ask(`/${token}/licence`, { method: 'POST', body });
  const k = Buffer.from(TEST_KEY.key, 'hex').toString('base64url');
  assert.equal(JSON.parse(answer.body), { keys: [{ kty: 'oct', kid, k }], type: 'temporary' });
  for (const bad of ['', '{', '{"kids":[]}', '{"kids":["AA"]}', '[]', 'null'])
    assert.is((await ask(`/${token}/licence`, { method: 'POST', body: bad })).status, 400, bad);
});

test('playlists of MPEG-TS name the key by its address here, with the IV of the key source', async () => {
  const { body } = await ask(media('stream.m3u8'));
  const lines = body.split('\n').filter((line) => line.startsWith('#EXT-X-KEY'));
  const url = `/${token}/key/${TEST_KEY.keyId}`;
  assert.equal(lines, [
    `#EXT-X-KEY:METHOD=SAMPLE-AES,URI="${url}",IV=0x${TEST_KEY.iv}`,
    '#EXT-X-KEY:METHOD=NONE',
  ]);
  assert.is(Buffer.from((await ask(url)).body, 'latin1').toString('hex'), TEST_KEY.key);
  assert.is((await ask(`/${token}/key/none`)).status, 404);
});

test('MPDs name ClearKey, and no other server to be sent on by', async () => {
  const { body } = await ask(media('stream.mpd'));
  assert.not.match(body, /steer\.example|edef8ba9/i);
  assert.match(body, /<BaseURL>video\/<\/BaseURL>/);
  assert.match(body, /mp4protection:2011[^>]*default_KID="00010203/);
  assert.match(body, /e2719d58-a985-b3c9-781a-b030af78d30e/);
});

test('an address elsewhere leads to the file of the package that it means, or to words that say why not', async () => {
  const of = (address: string, manifest = 'stream.m3u8') =>
    ask(`/${token}/elsewhere?${new URLSearchParams({ manifest, address })}`);
  for (const address of [
    'https://cdn.example/film/media.ts',
    '/film/media.ts',
    'https://cdn.example/media.ts?token=x',
  ])
    assert.match((await of(address)).head, new RegExp(`^Location: ${media('media.ts')}\\r?$`, 'm'), address);
  for (const address of [
    'https://gone.example/other.ts',
    'https://cdn.example/film/other.ts',
    '/../secret.txt',
    'file:///etc/passwd',
  ]) {
    assert.is((await of(address)).status, 404, address);
    const { message } = JSON.parse((await ask(`/${token}/api/file-fault`)).body);
    assert.match(
      message,
      /^(?:stream\.m3u8 names a file that is not played|The package has no file)/,
      address,
    );
  }
  assert.is((await of('https://cdn.example/film/media.ts', 'none.mpd')).status, 404);
});

test('titles are verified one after the other, first the one that somebody asks for', async () => {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const title = (name: string): TitleCheck => ({
    name,
    roots: [`${name}.mpd`, `${name}.m3u8`],
    async verify(onProgress) {
      begun.push(name);
      onProgress();
      await new Promise<void>((resolve) => ends.push(resolve));
      if (name === 'b') throw new Error('it is gone');
      const of = (path: string) => ({
        path,
        verdict: 'proved' as const,
        summary: path,
        findings: [],
        claims: [],
      });
      return { ...of(name), packages: [of(`${name}.mpd`), of(`${name}.m3u8`)] };
    },
  });
  const checks = new BackgroundChecks(['a', 'b', 'c'].map(title));
  const next = async () => {
    ends.shift()!();
    await new Promise(setImmediate);
  };
  assert.equal(begun, [], 'nobody has asked');
  assert.equal(checks.of('none.mpd'), { state: 'none' });
  assert.equal(checks.of('c.mpd'), { state: 'running', tracks: 1 });
  assert.equal(checks.of('b.mpd'), { state: 'waiting' });
  await next();
  await next();
  assert.equal(begun, ['c', 'b', 'a']);
  const empty = { verdict: 'proved', count: 0, findings: [] };
  const found = { own: { ...empty, summary: 'c.m3u8' }, whole: { ...empty, summary: 'c' } };
  assert.equal(checks.of('c.m3u8'), { state: 'done', title: 'c', ...found });
  assert.is(checks.of('b.mpd').state, 'failed');
  await next();
  assert.is(checks.of('a.mpd').state, 'done');
});

test('renditions have names of their own: by language and codec, then by bit rate', () => {
  const one = { id: 'a', kind: 'audio' as const, codecs: ['mp4a.40.2'], bandwidth: 128_000, language: 'en' };
  const rest = {
    width: undefined,
    height: undefined,
    label: undefined,
    starts: [],
    durations: [],
    bytes: [],
  };
  const audio = (more: object) => ({ ...one, ...rest, roles: [], ...more });
  assert.equal(
    renditionNames([
      { ...audio({ kind: 'video', codecs: ['hvc1.2.4.L120'] }), width: 1920, height: 1080 },
      audio({ language: 'de' }),
      audio({}),
      audio({ bandwidth: 64_000 }),
      audio({ roles: ['description'] }),
      audio({ codecs: ['ec-3'] }),
      audio({ id: 'x', language: 'fr' }),
      audio({ id: 'y', language: 'fr' }),
    ]),
    [
      '1920 × 1080 · HEVC',
      'German · AAC',
      'English · AAC · 128 kbit/s',
      'English · AAC · 64 kbit/s',
      'English (description) · AAC',
      'English · E-AC-3',
      'French · AAC · 128 kbit/s · x',
      'French · AAC · 128 kbit/s · y',
    ],
  );
});

test.run();
