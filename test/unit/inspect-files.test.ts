import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openPackage } from '../../core/inspect/files/open-package.ts';
import { ForeignReference, References } from '../../core/inspect/files/references.ts';
import type { PackageFiles } from '../../core/inspect/model/places.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { type StaticOptions, type StaticServer, serveFiles } from '../helpers/servers/static-files.ts';
import { failureOf } from '../helpers/titles/package.ts';

const test = suite('inspect files');

const MULTIVARIANT = '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv/stream.m3u8\n';
const MEDIA = '#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nseg.ts\n#EXT-X-ENDLIST\n';
const MPD = '<?xml version="1.0"?>\n<!-- a comment -->\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"/>';

/** A folder with files of these contents. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder('package');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

async function bytesOf(files: PackageFiles, path: string): Promise<string> {
  const source = await files.open(path);
  const bytes = new Uint8Array(source.size);
  await source.read(0, [bytes]);
  await source.close();
  return Buffer.from(bytes).toString();
}

const ROOTS: readonly [string, Readonly<Record<string, string>>, readonly string[]][] = [
  ['an MPD', { 'a.mpd': MPD, 'v.mp4': '' }, ['a.mpd']],
  [
    'modes beside each other',
    { 'D/a.mpd': MPD, 'H/m.m3u8': MULTIVARIANT, 'H/v/stream.m3u8': MEDIA },
    ['D/a.mpd', 'H/m.m3u8'],
  ],
  ['a media playlist that another names', { 'm.m3u8': MULTIVARIANT, 'v/stream.m3u8': MEDIA }, ['m.m3u8']],
  ['one that nobody names, below another', { 'm.m3u8': MULTIVARIANT, 'v/old.m3u8': MEDIA }, ['m.m3u8']],
  ['a media playlist alone', { 'x/stream.m3u8': MEDIA, 'x/seg.ts': '' }, ['x/stream.m3u8']],
  ['media alone', { 'a.mp4': 'x', 'b/c.ts': 'y', 'notes.txt': '' }, ['a.mp4', 'b/c.ts']],
  ['what is hidden', { '.trash/a.mpd': MPD, 'a.mp4': 'x' }, ['a.mp4']],
  [
    'media, and what is called a manifest',
    { 'a.mpd': 'none', 'a.mp4': 'x', 'b.m3u': '' },
    ['a.mp4', 'a.mpd'],
  ],
];
for (const [what, files, roots] of ROOTS) {
  test(`begins with ${what}`, async () => {
    const opened = await openPackage(folderWith(files));
    assert.equal(opened.roots, roots);
  });
}

test('begins with the files of a plugin, whose endings it is told', async () => {
  const opened = await openPackage(folderWith({ 'a.mp4.x': '', 'a.txt': '' }), { endings: ['.x'] });
  assert.equal(opened.roots, ['a.mp4.x']);
});

test('lists all files of a folder, sorted, with their sizes', async () => {
  const opened = await openPackage(folderWith({ 'b.mp4': 'bb', 'a/c.ts': 'ccc', 'a.mp4': '' }));
  assert.equal(await opened.list?.(), [
    { path: 'a.mp4', bytes: 0 },
    { path: 'a/c.ts', bytes: 3 },
    { path: 'b.mp4', bytes: 2 },
  ]);
});

test('a single file: what lies beside it can be opened, but nobody lists it', async () => {
  const folder = folderWith({ 'x/a.mpd': MPD, 'x/v/1.m4s': 'one', 'secret.txt': 's' });
  const opened = await openPackage(join('x', 'a.mpd'), { base: folder });
  assert.equal(opened.roots, ['a.mpd']);
  assert.is(opened.list, undefined);
  assert.is(await bytesOf(opened, 'v/1.m4s'), 'one');
});

test('nothing outside of the package is opened', async () => {
  const folder = folderWith({ 'p/a.mpd': MPD, 'p/in.mp4': 'in', 'out.mp4': 'out' });
  symlinkSync('../out.mp4', join(folder, 'p/link.mp4'));
  symlinkSync('in.mp4', join(folder, 'p/inner.mp4'));
  symlinkSync('..', join(folder, 'p/up'));
  const opened = await openPackage(join(folder, 'p'));
  assert.equal(
    (await opened.list?.())?.map(({ path }) => path),
    ['a.mpd', 'in.mp4', 'inner.mp4'],
  );
  assert.is(await bytesOf(opened, 'inner.mp4'), 'in');
  for (const path of [
    '../out.mp4',
    'x/../../out.mp4',
    '/etc/passwd',
    '',
    'a\0b',
    './in.mp4',
    '..\\out.mp4',
  ]) {
    assert.match((await failureOf(opened.open(path))).message, /outside of the package/, path);
  }
  for (const path of ['link.mp4', 'up/out.mp4']) {
    assert.match((await failureOf(opened.open(path))).message, /symbolic link that leads out/, path);
  }
});

test('a pipe is neither waited for nor read', async () => {
  const folder = folderWith({ 'a.mpd': MPD });
  execFileSync('mkfifo', [join(folder, 'v.mp4')]);
  const opened = await openPackage(folder);
  assert.match((await failureOf(opened.open('v.mp4'))).message, /not a regular file/);
  assert.is((await failureOf(openPackage(join(folder, 'v.mp4')))).code, 'INPUT_NOT_READABLE');
});

test('what is not there, and what is no package, is told in a sentence', async () => {
  const folder = folderWith({ 'notes.txt': 'x' });
  assert.is((await failureOf(openPackage(join(folder, 'none')))).code, 'INPUT_NOT_FOUND');
  assert.match((await failureOf(openPackage(folder))).message, /holds no manifest and no media/);
  assert.match(
    (await failureOf(openPackage('gs://bucket/a.mpd?token=secret'))).message,
    /^gs:\/\/bucket\/a\.mpd\?…/,
  );
  // A key of a bucket may have a question mark in it; what is behind one that is signed is a secret.
  assert.match(
    (await failureOf(openPackage('s3://bucket/a.mpd?X-Amz-Signature=secret'))).message,
    /^s3:\/\/bucket\/a\.mpd\?…/,
  );
});

test('references mean files of the package, and nothing else', async () => {
  const folder = folderWith({
    'D/a.mpd': MPD,
    'D/v/1.m4s': '',
    'D/a b.mp4': '',
    'D/c%20d.mp4': '',
    'x.mp4': '',
  });
  const references = new References(await openPackage(folder), 'D/a.mpd');
  const base = references.addressOf('D/a.mpd');
  const pathOf = (reference: string, from = base) => references.pathOf(reference, from);
  assert.is(pathOf('v/1.m4s'), 'D/v/1.m4s');
  assert.is(pathOf('./v/../v/2.m4s?x=1#t'), 'D/v/2.m4s');
  assert.is(pathOf('a%20b.mp4'), 'D/a b.mp4');
  assert.is(pathOf('a b.mp4'), 'D/a b.mp4');
  assert.is(pathOf('c%20d.mp4'), 'D/c%20d.mp4');
  assert.is(pathOf('../x.mp4'), 'x.mp4');
  // What was made for a CDN lies here: in the folder of the manifest, or in that of the package.
  assert.is(pathOf('https://cdn.example/films/v/1.m4s?token=1'), 'D/v/1.m4s');
  assert.is(pathOf('https://cdn.example/films/v/7.m4s'), 'D/v/7.m4s');
  assert.is(pathOf('1.m4s', 'https://other.example/films/D/v/'), 'D/v/1.m4s');
  assert.is(pathOf('/films/D/v/1.m4s'), 'D/v/1.m4s');
  assert.equal(references.elsewhere, [
    'https://cdn.example/films/',
    'https://other.example/films/',
    'http://package.invalid/films/',
  ]);
  for (const foreign of [
    '../../x.mp4',
    '..%2f..%2fx.mp4',
    'v/%2e%2e/%2e%2e/%2e%2e/x.mp4',
    'v\\..\\..\\..\\x.mp4',
    '//cdn.example/y.mp4',
    'https://cdn2.example/y.mp4?token=secret',
    'file:///etc/passwd',
    'data:text/plain,x',
    'a%00b',
    'http://[',
  ]) {
    try {
      pathOf(foreign);
      assert.unreachable(foreign);
    } catch (error) {
      assert.instance(error, ForeignReference, foreign);
      assert.not.match((error as Error).message, /secret/);
    }
  }
});

test('credentials of an address go over https alone', async () => {
  for (const address of ['me:hush@cdn.example/a.mpd', 'cdn.example/a.mpd?token=hush']) {
    const error = await failureOf(openPackage(`http://${address}`));
    assert.is(error.code, 'INVALID_OPTION');
    assert.match(error.message, /^Credentials for cdn\.example would go over plain HTTP/);
    assert.not.match(`${error.message} ${error.hint}`, /hush/);
  }
});

async function withFiles(
  files: Readonly<Record<string, Uint8Array | string>>,
  options: StaticOptions,
  use: (server: StaticServer) => Promise<void>,
): Promise<void> {
  const server = await serveFiles(new Map(Object.entries(files)), options);
  try {
    await use(server);
  } finally {
    await server.close();
  }
}

const LARGE = Buffer.alloc(200_000, 'abcdefg');

for (const ranges of [true, false]) {
  test(`a package on a server ${ranges ? 'in ranges' : 'that knows no ranges'}`, () =>
    withFiles(
      { '/f/a.mpd': MPD, '/f/v/1.m4s': LARGE, '/f/empty': '', '/g.mp4': '' },
      { ranges },
      async ({ url, requests, connections }) => {
        const opened = await openPackage(`${url}/f/a.mpd?token=secret`);
        assert.is(opened.name, `${url}/f/a.mpd?…`);
        assert.equal(opened.roots, ['a.mpd']);
        assert.is(await bytesOf(opened, 'a.mpd'), MPD);
        const source = await opened.open('v/1.m4s');
        assert.is(source.size, LARGE.length);
        const [head, tail] = [Buffer.alloc(10), Buffer.alloc(100_000)];
        await source.read(5, [head]);
        await source.read(100_000, [tail]);
        assert.is(
          Buffer.concat([head, tail]).compare(
            Buffer.concat([LARGE.subarray(5, 15), LARGE.subarray(100_000)]),
          ),
          0,
        );
        assert.is((await opened.open('empty')).size, 0);
        assert.equal(requests.filter((line) => line.includes('secret')).length, 1);
        const references = new References(opened, 'a.mpd');
        const base = references.addressOf('a.mpd');
        assert.is(references.pathOf('v/1.m4s?sig=2', base), 'v/1.m4s');
        assert.is(references.pathOf(`${url}/f/v/1.m4s?sig=2`, base), 'v/1.m4s');
        await opened.open('v/1.m4s');
        assert.match(requests.at(-1) ?? '', /^\/f\/v\/1\.m4s\?sig=2 bytes=0-/);
        for (const foreign of ['../g.mp4', '/g.mp4', 'https://cdn.example/f/v/1.m4s']) {
          assert.throws(
            () => references.pathOf(foreign, base),
            (error: unknown) => error instanceof ForeignReference,
          );
        }
        for (const path of ['../g.mp4', '/g.mp4'])
          assert.is((await failureOf(opened.open(path))).code, 'INPUT_NOT_READABLE');
        const missing = await failureOf(opened.open('v/2.m4s'));
        assert.is(missing.code, 'INPUT_NOT_FOUND');
        assert.match(missing.message, '404');
        // One that is not free yet may bring another.
        assert.ok(connections() <= requests.length / 2, `${connections()} for ${requests.length} requests`);
        await opened.close();
      },
    ));
}

test('redirects: the manifest may move, what it names may not leave its host', () =>
  withFiles(
    { '/new/a.mpd': MPD, '/new/v.mp4': 'v' },
    { redirects: { '/new/away': 'https://elsewhere.example/v', '/loop': '/loop', '/new/near': 'v.mp4' } },
    (there) =>
      withFiles({}, { redirects: { '/a.mpd': `${there.url}/new/a.mpd` } }, async ({ url }) => {
        const opened = await openPackage(`${url}/a.mpd?token=secret`);
        assert.is(opened.address, `${there.url}/new/`);
        assert.is(await bytesOf(opened, 'v.mp4'), 'v');
        assert.is(await bytesOf(opened, 'near'), 'v');
        assert.match((await failureOf(opened.open('away'))).message, /another host \(elsewhere\.example\)/);
        assert.match(
          (await failureOf(openPackage(`${there.url}/loop`))).message,
          /redirects more than 5 times/,
        );
        assert.match((await failureOf(openPackage(`${there.url}/new/`))).message, /folder of a server|404/);
      }),
  ));

test('user name and password go to their host as a header, and into no message', () =>
  withFiles(
    { '/a.mpd': MPD, '/v.mp4': 'v' },
    { authorization: `Basic ${Buffer.from('me:pass word').toString('base64')}` },
    async ({ url }) => {
      const opened = await openPackage(`${url.replace('//', '//me:pass%20word@')}/a.mpd`);
      assert.is(await bytesOf(opened, 'v.mp4'), 'v');
      assert.not.match(opened.name, /pass/);
      const refused = await failureOf(openPackage(`${url.replace('//', '//me:wrong@')}/a.mpd?token=secret`));
      assert.match(refused.message, /HTTP 401/);
      assert.not.match(JSON.stringify(refused), /wrong|secret/);
    },
  ));

test.run();
