/** Thumbnails from a config to the output folder: what is said of mistakes, paths, lists of titles, places of plugins. */
import { copyFile, cp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkConfig } from '../../core/config/check.ts';
import { PackagerError, packageTitle } from '../../core/index.ts';
import { dashCenc } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { runCommand, sealpack } from '../helpers/commands/run-command.ts';
import { imagesOf, thumbnailFolder } from '../helpers/media/thumbnail-media.ts';
import { serveBucket } from '../helpers/servers/bucket.ts';
import {
  failureOf,
  filesBelow,
  outputFolder,
  TEST_KEY,
  testPlugins,
  titleOptions,
} from '../helpers/titles/package.ts';
import { acmeSource } from '../plugins/source-acme.ts';
import { acmeStore, KEY } from '../plugins/store-acme.ts';

const test = suite('thumbnails of configs');

const FILM = join(import.meta.dirname, '../media/sample-180p.mp4');
const manual = ['manual', { key: TEST_KEY.key + TEST_KEY.iv, keyId: TEST_KEY.keyId }];

/** What is said of an option; nothing when it is right. */
function complaints(thumbnails: unknown): string[] {
  try {
    checkConfig({ inputs: ['a.mp4'], thumbnails }, 'packager.config.ts', { plugins: {}, presets: {} });
    return [];
  } catch (error) {
    if (!PackagerError.is(error)) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
}

test('an option that is wrong is told by its place and what is expected', () => {
  assert.equal(complaints({ folder: 'a', interval: 10 }), []);
  assert.equal(complaints([{ files: ['a.jpg'], interval: 2.002, columns: 10, rows: 10, webvtt: false }]), []);
  assert.equal(complaints([]), []);
  assert.equal(complaints({ folder: 'a' }), [
    'thumbnails.interval: missing; expected seconds, from 0.04 to 3600.',
  ]);
  assert.equal(complaints({ folder: 'a', interval: 0 }), [
    'thumbnails.interval: expected seconds, from 0.04 to 3600, got 0.',
  ]);
  const one = 'expected either `folder` or `files`, got an object.';
  assert.equal(complaints({ interval: 10 }), [`thumbnails: ${one}`]);
  assert.equal(
    complaints([
      { interval: 10, folder: 'a' },
      { interval: 10, folder: 'a', files: ['b'] },
    ]),
    [`thumbnails[1]: ${one}`],
  );
  assert.equal(complaints({ folder: 'a', interval: 10, columns: 2.5, rows: 0 }).sort(), [
    'thumbnails.columns: expected a whole number from 1 to 100, got 2.5.',
    'thumbnails.rows: expected a whole number from 1 to 100, got 0.',
  ]);
  assert.equal(complaints({ folder: 'a', interval: 10, column: 3 }), [
    'thumbnails.column: there is no such option. Did you mean "columns"?',
  ]);
  assert.equal(complaints({ files: [], interval: 10 }), [
    'thumbnails.files: expected a non-empty list, got an empty list.',
  ]);
  assert.equal(complaints('thumbs'), [
    'thumbnails: expected a set of images such as { folder: "thumbs", interval: 10 }, got "thumbs".',
  ]);
});

/** A project as a user has it. */
async function project(titles: unknown): Promise<string> {
  const cwd = temporaryFolder('project');
  await copyFile(FILM, join(cwd, 'film.mp4'));
  await cp(await thumbnailFolder(FILM), join(cwd, 'thumbs'), { recursive: true });
  await writeFile(join(cwd, 'packager.config.json'), JSON.stringify(titles));
  return cwd;
}

const title = (thumbnails: unknown, more: object = {}) => ({
  ...{ preset: manual, modes: ['cmaf'], inputs: ['film.mp4'], output: 'out', thumbnails, ...more },
});

test('the command: a folder beside the config, with threads; the plan shows the images, in words and as JSON', async () => {
  const cwd = await project(title({ folder: 'thumbs', interval: 2 }));
  const words = await runCommand(sealpack, ['plan'], cwd);
  assert.is(words.status, 0, words.stderr);
  assert.match(words.stdout, /\nthumbnails {2}jpeg {2}160x90 {2}every 2 s {2}in 10 images\n/);
  const json = await runCommand(sealpack, ['plan', '--json'], cwd);
  const planned = json.stdout
    .split('\n')
    .flatMap((line) => (line.includes('thumbnails-1/image-10.jpg') ? line : []));
  assert.ok(planned.length > 0);
  assert.match(json.stdout, /"thumbnails": ?\[\s*\{\s*"id": ?"thumbnails-1"/);
  const { status, stderr } = await runCommand(sealpack, ['--workers', '2'], cwd);
  assert.is(status, 0, stderr);
  const written = join(cwd, 'out/CMAF_film_mp4');
  const [first] = await imagesOf(join(cwd, 'thumbs'));
  assert.ok((await readFile(join(written, 'thumbnails-1/image-1.jpg'))).equals(await readFile(first!)));
  assert.match(await readFile(join(written, 'stream.mpd'), 'utf8'), /contentType="image"/);
});

test('folders and files that are not there are told with all other mistakes, each at its place', async () => {
  const gone = title([
    { folder: 'gone', interval: 2 },
    { files: ['thumbs/thumb-1.jpg', 'b.jpg'], interval: 2 },
  ]);
  const cwd = await project([title({ folder: 'thumbs', interval: 2 }), { ...gone, output: 'two' }]);
  const { status, stderr } = await runCommand(sealpack, [], cwd);
  assert.is(status, 3);
  assert.match(stderr, `[1].thumbnails[0]: The folder of thumbnails was not found: ${join(cwd, 'gone')}.`);
  assert.match(stderr, `[1].thumbnails[1]: Input file not found: ${join(cwd, 'b.jpg')}`);
  assert.equal(
    (await filesBelow(cwd)).filter((name) => /^(out|two)/.test(name)),
    [],
  );
});

test('a wrong image ends the command with one sentence, and nothing is written', async () => {
  const cwd = await project(title({ folder: 'thumbs', interval: 2 }));
  await writeFile(join(cwd, 'thumbs/thumb-4.jpg'), '{"images": 10}');
  const { status, stderr } = await runCommand(sealpack, [], cwd);
  assert.is(status, 3);
  assert.match(
    stderr,
    `${join(cwd, 'thumbs/thumb-4.jpg')} cannot be a thumbnail: it seems to be a text file.`,
  );
  assert.match(stderr, /fix: Thumbnails are JPEG or PNG images/);
  assert.equal(
    (await filesBelow(cwd)).filter((name) => name.startsWith('out')),
    [],
  );
});

test('a list that is run again: an image that came later is told of', async () => {
  const lists = [title({ folder: 'thumbs', interval: 2 }), title([], { output: 'two' })];
  const cwd = await project(lists);
  assert.is((await runCommand(sealpack, ['--workers', '0'], cwd)).status, 0);
  const again = await runCommand(sealpack, ['--workers', '0'], cwd);
  assert.is(again.status, 0);
  assert.match(again.stdout + again.stderr, /already there/);
  const later = new Date(Date.now() + 60_000);
  await utimes(join(cwd, 'thumbs/thumb-3.jpg'), later, later);
  assert.is((await runCommand(sealpack, ['--workers', '0'], cwd)).status, 4);
});

test('images from a place of a plugin into another; nothing secret of either is told', async () => {
  const [password, token] = ['pa/ss?w0rd-of-the-bucket', 'tok+en/of=the%bucket&more'];
  const bucket = await serveBucket(password, token);
  try {
    const images = await imagesOf(await thumbnailFolder(FILM));
    const files: string[] = [];
    for (const [n, path] of images.entries()) {
      bucket.objects.set(`/thumbs/${n}.jpg`, await readFile(path));
      const query = `?token=${encodeURIComponent(token)}`;
      files.push(`acme://me:${encodeURIComponent(password)}@${bucket.host}/thumbs/${n}.jpg${query}`);
    }
    const vault = join(temporaryFolder('vault'), 'objects');
    const set = { files, interval: 2, columns: 1, rows: 1, webvtt: true };
    const facts = { inputs: [FILM], output: `vault://${vault}?key=${encodeURIComponent(KEY)}&fault=` };
    const plugins = [...testPlugins(), acmeSource(), acmeStore(), dashCenc()];
    const report = await packageTitle({ title: titleOptions({ ...facts, thumbnails: [set] }), plugins });
    const written = join(vault, outputFolder('DASH', FILM), 'thumbnails-1');
    for (const [n, path] of images.entries())
      assert.ok((await readFile(join(written, `image-${n + 1}.jpg`))).equals(await readFile(path)));
    bucket.objects.set('/thumbs/3.jpg', Buffer.from('no image'));
    await rm(vault, { recursive: true });
    const error = await failureOf(
      packageTitle({ title: titleOptions({ ...facts, thumbnails: [set] }), plugins }),
    );
    assert.match(error.message, /thumbs\/3\.jpg\?… cannot be a thumbnail/);
    const told = JSON.stringify([report, error.toJSON(), error.stack]);
    for (const secret of [password, token].flatMap((text) => [text, encodeURIComponent(text)]))
      assert.not.ok(told.includes(secret), secret);
  } finally {
    await bucket.close();
  }
});

test.run();
