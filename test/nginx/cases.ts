/** What an nginx does with files, read and written, and what comes of it: the bytes of the local file, or one sentence. */
import { createHash } from 'node:crypto';
import { copyFile, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { titleThere } from '../../core/cli/executable.ts';
import { PackagerError, packageTitle, type RunEvent } from '../../core/index.ts';
import { isReceiptName } from '../../core/kit.ts';
import { type SourceHttpOptions, sourceHttp, storeHttp } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { cutting, LINK_SECRET, type Nginx, serveNginx } from '../helpers/servers/nginx.ts';
import { BUCKET_MODES, digestsBelow } from '../helpers/titles/bucket-titles.ts';
import { modeNamed } from '../helpers/titles/modes.ts';
import { failureOf, testPlugins, titleOptions } from '../helpers/titles/package.ts';

const test = suite('nginx', {
  nginx: undefined as unknown as Nginx,
  path: '',
  expected: [] as readonly string[],
});

/** One of each mode. */
const MODES = [...BUCKET_MODES, 'cmaf-cbcs'];

const plugins = (options: SourceHttpOptions) => [
  ...testPlugins(),
  sourceHttp(options),
  ...MODES.map((name) => modeNamed(name).plugin()),
];

const packaged = async (
  input: string,
  options: SourceHttpOptions = {},
  onEvent?: (event: RunEvent) => void,
) => {
  const title = titleOptions({ inputs: [input] });
  return packageTitle({ title, plugins: plugins(options), ...(onEvent && { onEvent }) });
};

test.before(async (context) => {
  context.nginx = await serveNginx();
  // Eight megabytes: several blocks.
  context.path = join(temporaryFolder('nginx'), 'film.mp4');
  const sample = ['-stream_loop', '3', '-i', 'test/media/sample-360p.mp4', '-c', 'copy'];
  await ffmpeg([...sample, '-movflags', '+faststart', context.path]);
  await copyFile(context.path, join(context.nginx.folder, 'film.mp4'));
  const { output } = await packaged(context.path);
  context.expected = await digestsBelow(output);
});
test.after(({ nginx }) => nginx.close());

const WAYS = ['plain', 'slow', 'few', 'closing', 'conn', 'req', 'gzip', 'weak', 'moved'] as const;
for (const way of WAYS)
  test(`${way}: all modes, byte for byte`, async ({ nginx, expected }) => {
    // Whoever is told to come later comes often here.
    const { output } = await packaged(`${nginx.http}/${way}/film.mp4`, { retries: 30 });
    assert.equal(await digestsBelow(output), expected);
  });

test('https with an authority of its own', async ({ nginx, expected }) => {
  const { output } = await packaged(`${nginx.https}/plain/film.mp4`, { ca: nginx.ca });
  assert.equal(await digestsBelow(output), expected);
});

test('connections that end after 700 kB of answers', async ({ nginx, expected }) => {
  const way = await cutting(nginx.http, 700_000);
  try {
    const { output } = await packaged(`${way.url}/plain/film.mp4`);
    assert.equal(await digestsBelow(output), expected);
  } finally {
    await way.close();
  }
});

/** `secure_link`: the same as its manual says. */
function signed(nginx: Nginx, expires: number): string {
  const text = `${expires}/signed/film.mp4 ${LINK_SECRET}`;
  const md5 = createHash('md5').update(text).digest('base64url');
  return `${nginx.http}/signed/film.mp4?md5=${md5}&expires=${expires}`;
}

test('signed addresses', async ({ nginx, expected }) => {
  const { output } = await packaged(signed(nginx, 4e9));
  assert.equal(await digestsBelow(output), expected);
});

const REFUSED: readonly (readonly [
  what: string,
  url: (nginx: Nginx) => string,
  code: string,
  says: RegExp,
])[] = [
  ['no ranges', ({ http }) => `${http}/whole/film.mp4`, 'INPUT_NOT_READABLE', /no ranges of bytes/],
  ['no such file', ({ http }) => `${http}/plain/none.mp4`, 'INPUT_NOT_FOUND', /HTTP 404/],
  ['a signature that ran out', (nginx) => signed(nginx, 1e9), 'INPUT_NOT_FOUND', /HTTP 410/],
  ['a wrong signature', ({ http }) => `${http}/signed/film.mp4?md5=hush`, 'INPUT_NOT_READABLE', /HTTP 403/],
  ['an unknown authority', ({ https }) => `${https}/plain/film.mp4`, 'INPUT_NOT_READABLE', /certificate/],
];
for (const [what, url, code, says] of REFUSED)
  test(`${what}: one sentence`, async ({ nginx }) => {
    const error = await failureOf(packaged(url(nginx)));
    assert.is(error.code, code, error.message);
    assert.match(error.message, says);
    assert.not.match(`${error.message} ${error.hint}`, /hush|md5=/);
  });

const REPLACED: readonly (readonly [what: string, replace: (path: string, film: string) => Promise<void>])[] =
  [
    [
      'by another of its name',
      async (path, film) => {
        await copyFile(film, `${path}.new`);
        await truncate(`${path}.new`, 5_000_000);
        await rename(`${path}.new`, path);
      },
    ],
    ['where it is', (path) => writeFile(path, Buffer.alloc(9_000_000))],
    ['by less of it', (path) => truncate(path, 4_000_000)],
  ];
for (const way of ['plain', 'weak'])
  for (const [what, replace] of REPLACED)
    test(`${way}: a file that is replaced ${what} while it is read`, async ({ nginx, path }) => {
      const served = join(nginx.folder, 'replaced.mp4');
      await copyFile(path, served);
      let replaced: Promise<void> | undefined;
      const onEvent = ({ type }: RunEvent): void => {
        if (type === 'plan') replaced = replace(served, path);
      };
      const error: PackagerError = await failureOf(
        packaged(`${nginx.http}/${way}/replaced.mp4`, {}, onEvent),
      );
      await replaced;
      assert.is(error.code, 'INPUT_CHANGED', error.message);
    });

for (const way of ['dav', 'put'])
  test(`${way}: outputs are those of the disk, and nothing else is left; they are resumed, and not replaced`, async ({
    nginx,
    path,
    expected,
  }) => {
    const title = titleOptions({ inputs: [path], output: `${nginx.http}/${way}/vod/film/` });
    const served = { title, plugins: [...plugins({}), storeHttp()] };
    await packageTitle(served);
    const folder = join(nginx.folder, way, 'vod/film');
    const found = await digestsBelow(folder);
    const receipts = found.filter((line) => isReceiptName(line.split(' ')[0]!));
    assert.is(receipts.length, MODES.length);
    assert.equal(
      found.filter((line) => !receipts.includes(line)),
      expected,
    );
    assert.is((await titleThere(served, { byReceipt: true, byTime: false }))?.isCurrent, true);
    assert.is((await failureOf(packageTitle(served))).code, 'OUTPUT_EXISTS');
    const over = { ...served, title: { ...title, overwrite: true } };
    await packageTitle(over);
    assert.equal((await digestsBelow(folder)).length, found.length);
  });

for (const way of ['dav', 'put'])
  test(`${way}: of two runs at once ${way === 'dav' ? 'one publishes' : 'none is refused, which is told'}`, async ({
    nginx,
    path,
    expected,
  }) => {
    const title = titleOptions({ inputs: [path], output: `${nginx.http}/${way}/rivals/` });
    const warnings: string[] = [];
    const onEvent = (event: RunEvent) => event.type === 'warning' && warnings.push(event.message);
    const run = () =>
      packageTitle({ title, onEvent, plugins: [...plugins({}), storeHttp()] }).then(
        () => 'published',
        (cause: unknown) => PackagerError.from(cause).code,
      );
    const ends = (await Promise.all([run(), run()])).sort();
    // nginx puts under no condition; the bytes of both are the same here.
    assert.equal(ends, [way === 'dav' ? 'OUTPUT_EXISTS' : 'published', 'published']);
    assert.is(
      warnings.some((words) => /no notice of If-None-Match/.test(words)),
      way === 'put',
    );
    const folder = join(nginx.folder, way, 'rivals');
    const found = (await digestsBelow(folder)).filter((line) => !isReceiptName(line.split(' ')[0]!));
    assert.equal(found, expected);
  });

test.run();
