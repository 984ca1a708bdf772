import { copyFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Plugin, packageTitle } from '../../core/index.ts';
import { createAes128Protector, TS_CARRIAGE, writeTsRendition } from '../../core/kit.ts';
import { dashCenc, demuxMp4, demuxText, hlsAes, keyManual } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import {
  failureOf,
  filesBelow,
  packageWith,
  TEST_KEY,
  testKey,
  titleOptions,
} from '../helpers/titles/package.ts';

const test = suite('nothing is written unless all is well');

/** Package into a folder and answer the error; assert that the folder has stayed as it was. */
async function refusal(inputs: readonly string[], plugins: readonly Plugin[] = [dashCenc(), hlsAes()]) {
  const parent = temporaryFolder('refusal');
  const error = await failureOf(packageWith(plugins, { inputs, output: join(parent, 'deep/out') }));
  assert.equal(await filesBelow(parent), [], 'files were left behind');
  for (const part of [TEST_KEY.key, TEST_KEY.iv]) assert.not.match(JSON.stringify(error.toJSON()), part);
  return error;
}

test('an input that does not exist', async () => {
  const error = await refusal(['/nowhere/movie.mp4']);
  assert.is(error.code, 'INPUT_NOT_FOUND');
  assert.match(error.message, '/nowhere/movie.mp4');
});

test('an input that is no media', async () => {
  const path = join(temporaryFolder(), 'text.mp4');
  await writeFile(path, 'This is not a movie. '.repeat(100));
  const error = await refusal([path]);
  assert.is(error.code, 'NOT_MEDIA');
  assert.match(error.message, 'text.mp4');
});

test('an input that ends in the middle', async () => {
  const path = join(temporaryFolder(), 'cut.mp4');
  await copyFile(await oddMedia('ctts-v0'), path);
  await truncate(path, 60_000);
  const error = await refusal([path]);
  assert.is(error.code, 'NOT_MEDIA');
  assert.match(error.message, 'cut.mp4');
});

test('an empty input', async () => {
  const path = join(temporaryFolder(), 'empty.mp4');
  await writeFile(path, '');
  const error = await refusal([path]);
  assert.is(error.code, 'INPUT_NOT_READABLE');
  assert.match(error.message, /empty\.mp4 cannot be read: it is empty/);
});

test('no key source, or none that answers', async () => {
  const title = titleOptions({ inputs: [await oddMedia('ctts-v0')] });
  const error = await failureOf(packageTitle({ title, plugins: [demuxMp4(), dashCenc()] }));
  assert.is(error.code, 'NO_KEY');
  assert.equal(await filesBelow(title.output), []);
});

test('a key without an IV in a mode that needs one', async () => {
  const title = titleOptions({ inputs: [await oddMedia('ctts-v0')] });
  const short = keyManual({
    key: Buffer.alloc(16, 3).toString('base64'),
    keyId: Buffer.alloc(16, 4).toString('base64'),
  });
  const error = await failureOf(packageTitle({ title, plugins: [demuxMp4(), short, hlsAes()] }));
  assert.is(error.code, 'KEY_SIZE');
  assert.equal(await filesBelow(title.output), []);
});

test('no answer to encrypt', async () => {
  const forgetful: Plugin = {
    name: 'mode-forgetful',
    apply(packager) {
      const mode = packager.mode({
        name: 'forgetful',
        title: 'Forgetful',
        scheme: 'cenc',
        protects: 'samples',
        carries: ['avc1', 'mp4a'],
        folder: () => 'forgetful',
        plan: ({ video }) => [
          { id: 'v', input: 0, tracks: [{ input: 0, id: video[0]!.track.id }], bytes: 1 },
        ],
      });
      mode.encrypt.tap('mode-forgetful', () => undefined);
    },
  };
  const error = await refusal([await oddMedia('ctts-v0')], [forgetful]);
  assert.is(error.code, 'NOT_PROTECTED');
});

test('text in a unit of pictures does not keep it from being encrypted whole', async () => {
  const name = 'mode-mixed';
  const scheme = 'aes-128';
  const mixed: Plugin = {
    name,
    apply(packager) {
      const mode = packager.mode({
        ...TS_CARRIAGE,
        ...{ name: 'mixed', title: 'Mixed', scheme, protects: 'resources', text: true },
        folder: () => 'mixed',
        plan: ({ video, text }) => {
          const tracks = [...video, ...text].map(({ track: { input, id } }) => ({ input, id }));
          return [{ id: 'v', input: 0, tracks, bytes: 1 }];
        },
      });
      mode.encrypt.tap(name, ({ key }) => createAes128Protector({ key, iv: () => key.requireIv('mixed') }));
      mode.segment.tapPromise(name, (job) => writeTsRendition(job, { files: 'many', path: job.unit.id }));
    },
  };
  const text = join(temporaryFolder(), 'text.vtt');
  await writeFile(text, 'WEBVTT\n\n00:00.000 --> 00:01.000\none\n');
  const { output } = await packageWith([demuxText(), mixed], { inputs: [await oddMedia('ctts-v0'), text] });
  const written = (await filesBelow(output)).filter((path) => path.endsWith('.ts'));
  assert.ok(written.length > 0);
  for (const path of written) assert.is.not((await readFile(join(output, path)))[0], 0x47, path);
});

test('a plugin that throws: the error names it and its hook', async () => {
  const broken: Plugin = {
    name: 'key-broken',
    apply({ hooks }) {
      hooks.acquireKey.tapPromise({ name: 'key-broken', stage: -1 }, async () => {
        throw new TypeError('x is not a function');
      });
    },
  };
  const error = await refusal([await oddMedia('ctts-v0')], [broken, dashCenc()]);
  assert.is(error.plugin, 'key-broken');
  assert.is(error.hook, 'acquire-key');
  assert.match(error.message, 'x is not a function');
});

test('HLS without a DRM system that tells players how to get the key', async () => {
  const error = await refusal([await oddMedia('ctts-v0')], [hlsAes({ systems: ['common'] })]);
  assert.match(error.message, /no DRM system/);
});

test('two plugins of one name', async () => {
  const title = titleOptions({ inputs: [await oddMedia('ctts-v0')] });
  const error = await failureOf(packageTitle({ title, plugins: [demuxMp4(), testKey(), testKey()] }));
  assert.is(error.code, 'DUPLICATE_PLUGIN');
});

test('an output that exists already stays as it is', async () => {
  const input = await oddMedia('ctts-v0');
  const { output } = await packageWith([dashCenc()], { inputs: [input] });
  const before = await filesBelow(output);
  const error = await failureOf(packageWith([dashCenc(), hlsAes()], { inputs: [input], output }));
  assert.is(error.code, 'OUTPUT_EXISTS');
  assert.equal(await filesBelow(output), before);
  await packageWith([dashCenc()], { inputs: [input], output, overwrite: true });
  assert.equal(await filesBelow(output), before);
});

test('an output folder that cannot be made', async () => {
  const parent = temporaryFolder();
  await writeFile(join(parent, 'file'), '');
  const inputs = [await oddMedia('ctts-v0')];
  const error = await failureOf(packageWith([dashCenc()], { inputs, output: join(parent, 'file/out') }));
  assert.is(error.code, 'OUTPUT_NOT_WRITABLE');
});

test('a cancelled run stops and leaves nothing', async () => {
  const controller = new AbortController();
  const title = titleOptions({ inputs: [await oddMedia('ctts-v0')] });
  const onEvent = ({ type }: { type: string }) => type === 'unit' && controller.abort();
  const plugins = [demuxMp4(), testKey(), dashCenc(), hlsAes()];
  const error = await failureOf(packageTitle({ title, plugins, onEvent, signal: controller.signal }));
  assert.is(error.code, 'CANCELLED');
  assert.is(error.exit, 130);
  assert.equal(await filesBelow(title.output), []);
});

test.run();
