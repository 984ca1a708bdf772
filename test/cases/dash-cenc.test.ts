/** What `matrix-dash-cenc.test.ts` does not say of dash-cenc: layouts, shares, clear tracks. */
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dashCenc } from '../../plugins/index.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { lateManySlices } from '../helpers/media/slice-media.ts';
import { dashSamplesByFfmpeg, dashSamplesByShaka } from '../helpers/oracles/dash.ts';
import { mp4EncryptedShare } from '../helpers/oracles/encrypted-share.ts';
import { hashes, mp4Samples } from '../helpers/oracles/samples.ts';
import { filesBelow, outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';

const test = suite('mode dash-cenc');

test('segmented output has an initialisation section and segments that decrypt', async () => {
  const input = await oddMedia('ctts-v0');
  const { output } = await packageWith([dashCenc({ layout: 'segments' })], { inputs: [input] });
  const folder = join(output, outputFolder('DASH', input));
  const files = await filesBelow(folder);
  const names = ['init.mp4', 'seg-1.m4s', 'seg-2.m4s', 'seg-3.m4s'];
  assert.equal(files, [
    ...names.map((name) => `audio/und/${name}`),
    'stream.mpd',
    ...names.map((name) => `video/1/${name}`),
  ]);
  const paths = names.map((name) => join(folder, 'video/1', name));
  assert.equal(
    hashes(await dashSamplesByFfmpeg(paths, 'video', TEST_KEY.key)),
    hashes(await mp4Samples(input, 'v:0')),
  );
});

test('nearly all slice data is encrypted; headers are not', async () => {
  const input = await oddMedia('ctts-v0');
  const { output } = await packageWith([dashCenc()], { inputs: [input] });
  const path = join(output, outputFolder('DASH', input), 'media-video-1.mp4');
  const { slices, changedSlices, share } = await mp4EncryptedShare(input, path);
  assert.ok(slices >= 125);
  assert.ok(changedSlices / slices > 0.95, `${changedSlices} of ${slices} slices`);
  assert.ok(share > 0.93 && share < 1, `${share} of the bytes`);
});

test('more slices than can be described, late in the file: the smallest stay clear, and the user is told once', async () => {
  const input = await lateManySlices();
  const { output, warnings } = await packageWith([dashCenc()], { inputs: [input] });
  assert.is(warnings.length, 1);
  assert.match(
    warnings[0]!,
    /picture 51 has 60 slices or tiles, more than the 40 that can be encrypted one by one/,
  );
  const path = join(output, outputFolder('DASH', input), 'media-video-1.mp4');
  const source = hashes(await mp4Samples(input, 'v:0'));
  assert.is(source.length, 75);
  assert.equal(hashes(await dashSamplesByFfmpeg([path], 'video', TEST_KEY.key)), source);
  assert.equal(hashes(await dashSamplesByShaka([path], 'video', TEST_KEY)), source);
});

test('a track that the config lists as clear is clear, and nothing says that it is protected', async () => {
  const input = await oddMedia('ctts-v0');
  const { output } = await packageWith([dashCenc()], { inputs: [input], clear: ['audio'] });
  const folder = join(output, outputFolder('DASH', input));
  const clear = hashes(await mp4Samples(join(folder, 'media-audio-und.mp4'), 'a:0'));
  assert.equal(clear, hashes(await mp4Samples(input, 'a:0')));
});

test.run();
