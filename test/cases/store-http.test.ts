/** Outputs on web servers that take files: with hidden names and moves, and with PUT and DELETE alone. */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { titleThere } from '../../core/engine/title-there.ts';
import { type Plugin, packageTitle } from '../../core/index.ts';
import { isReceiptName, parseReceipt } from '../../core/io/title-receipt.ts';
import { storeHttp } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { serveWeb, type WebServer } from '../helpers/servers/web-server.ts';
import { digestsBelow } from '../helpers/titles/bucket-titles.ts';
import { modeNamed } from '../helpers/titles/modes.ts';
import { failureOf, testPlugins, titleOptions } from '../helpers/titles/package.ts';

const test = suite('outputs on web servers', { input: '', web: undefined as unknown as WebServer });
const { TMPDIR } = process.env;
test.before(async (context) => {
  process.env['TMPDIR'] = temporaryFolder('spools');
  context.input = await oddMedia('ctts-v0');
});
test.after(() => {
  if (TMPDIR === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = TMPDIR;
});
test.before.each(async (context) => {
  context.web = await serveWeb();
});
test.after.each(({ web }) => web.close());

const plugins = (retries = 1): Plugin[] => [
  ...testPlugins(),
  storeHttp({ retries }),
  modeNamed('dash-cenc').plugin(),
  modeNamed('hls-aes-ts').plugin(),
];

const locationOf = ({ url }: WebServer): string =>
  `${url.replace('://', '://me:pass%20word@')}/a/b?token=secretsecret`;

/** Without receipts. */
const digestsOf = ({ objects }: WebServer): string[] =>
  [...objects]
    .map(([path, { bytes }]) => [path.replace(/^\/a\/b\//, ''), bytes] as const)
    .filter(([path]) => !isReceiptName(path))
    .map(([path, bytes]) => `${path} ${createHash('sha256').update(bytes).digest('hex')}`)
    .sort();

const spools = async (): Promise<readonly string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('sealpack-upload-'));

const localDigests = async (input: string): Promise<readonly string[]> => {
  const local = titleOptions({ inputs: [input] });
  await packageTitle({ title: local, plugins: plugins() });
  return digestsBelow(local.output);
};

const isManifest = (path: string): boolean => /\.(mpd|m3u8)$/.test(path);

for (const writes of ['dav', 'put'] as const)
  test(`${writes}: the bytes of a local run; manifests behind all media, receipts last; then it is resumed`, async ({
    input,
    web,
  }) => {
    web.writes = writes;
    const expected = await localDigests(input);
    const title = titleOptions({ inputs: [input], output: locationOf(web) });
    const before = await spools();
    await packageTitle({ title, plugins: plugins() });
    assert.equal(digestsOf(web), expected);
    assert.equal(await spools(), before);
    const visible = web.requests
      .filter(({ method }) => method === 'PUT' || method === 'MOVE')
      .map(({ headers, url }) => new URL(String(headers['destination'] ?? url), web.url))
      .map(({ pathname }) => decodeURIComponent(pathname))
      .filter((path) => !path.includes('/.sealpack-'));
    const receipts = visible.splice(-2);
    assert.ok(
      receipts.every((path) => isReceiptName(path.replace('/a/b/', ''))),
      receipts.join(),
    );
    const first = visible.findIndex(isManifest);
    assert.not.ok(
      visible.slice(first).some((path) => !isManifest(path)),
      visible.join(),
    );
    const files = receipts.flatMap((path) => {
      const text = Buffer.from(web.objects.get(path)!.bytes).toString('utf8');
      return parseReceipt(text)?.files ?? [];
    });
    assert.equal(files.map(({ path, checksum }) => `${path} ${checksum?.value}`).sort(), digestsOf(web));
    for (const { url, headers } of web.requests) {
      assert.match(url!, /\?token=secretsecret$/);
      assert.is(headers.authorization, `Basic ${Buffer.from('me:pass word').toString('base64')}`);
    }

    const look = (more: object) =>
      titleThere({ title: { ...title, ...more }, plugins: plugins() }, { byReceipt: true, byTime: true });
    assert.ok((await look({}))?.isCurrent);
    assert.match((await look({ segmentDuration: 1 }))?.differs ?? '', 'options');
    const error = await failureOf(packageTitle({ title, plugins: plugins() }));
    assert.is(error.code, 'OUTPUT_EXISTS');
    assert.not.match(JSON.stringify(error), /secretsecret|pass/);
    const { warnings } = await packageTitle({ title: { ...title, overwrite: true }, plugins: plugins() });
    assert.is(
      warnings.some((warning) => /mixture/.test(warning)),
      writes === 'put',
    );
    assert.equal(digestsOf(web), expected);
  });

test('whatever request fails, nothing is left, and nothing was visible half; the sentence tells no secret', async ({
  input,
  web,
}) => {
  const title = titleOptions({ inputs: [input], output: locationOf(web) });
  const before = await spools();
  for (const writes of ['dav', 'put'] as const) {
    web.writes = writes;
    const isCounted = ({ method }: { readonly method?: string | undefined }) =>
      method === 'PUT' || method === 'MOVE';
    web.requests.length = 0;
    web.turn = undefined;
    await packageTitle({ title, plugins: plugins() });
    const count = web.requests.filter(isCounted).length;
    web.objects.clear();
    for (const nth of [1, Math.ceil(count / 2), count]) {
      let seen = 0;
      web.turn = (request) => (isCounted(request) && ++seen === nth ? { status: 507 } : undefined);
      const error = await failureOf(packageTitle({ title, plugins: plugins(0) }));
      assert.is(error.code, 'OUTPUT_NOT_WRITABLE', `${writes} ${nth}: ${error.message}`);
      assert.not.match(JSON.stringify(error), /secretsecret|pass/);
      assert.equal([...web.objects.keys()], [], `${writes}, request ${nth} of ${count}`);
    }
  }
  assert.equal(await spools(), before);
});

test('what was done, and whose answer was lost, is not taken for the work of another run', async ({
  input,
  web,
}) => {
  const title = titleOptions({ inputs: [input], output: `${web.url}/a/b/` });
  const expected = await localDigests(input);
  for (const writes of ['put', 'dav'] as const) {
    web.writes = writes;
    web.objects.clear();
    const tried = new Set<string>();
    let lost = 0;
    web.turn = ({ url, method }) => {
      const request = `${method} ${url}`;
      if ((method !== 'PUT' && method !== 'MOVE') || tried.has(request) || tried.add(request).size % 4 !== 0)
        return undefined;
      lost++;
      return 'lost';
    };
    await packageTitle({ title, plugins: plugins() });
    assert.ok(lost > 1);
    assert.equal(digestsOf(web), expected);
  }
});

test('credentials over plain HTTP to another machine are refused before anything is asked', async ({
  input,
}) => {
  const title = titleOptions({ inputs: [input], output: 'http://me:secret@media.example.com/out/' });
  const error = await failureOf(packageTitle({ title, plugins: plugins() }));
  assert.is(error.code, 'INVALID_OPTION');
  assert.match(error.message, /plain HTTP/);
});

test.run();
