/** What the matrix does not say of hls-aes and hls-ncg in MPEG-TS: shares, clear tracks, segments, key lines. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { hlsAes, hlsNcg } from '../../plugins/index.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { tsEncryptedShare } from '../helpers/oracles/encrypted-share.ts';
import { aes128SegmentsByOpenssl } from '../helpers/oracles/hls.ts';
import { sampleAesSlices, sourceSlices } from '../helpers/oracles/sample-aes.ts';
import { hashes, mp4SamplesAsInTs, tsSamples } from '../helpers/oracles/samples.ts';
import { outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';

const test = suite('modes hls-aes and hls-ncg');
const WRONG = { ...TEST_KEY, key: 'ff'.repeat(16) };

test('SAMPLE-AES encrypts one block in ten of the slices', async () => {
  const input = await oddMedia('one-gop');
  const { output } = await packageWith([hlsAes()], { inputs: [input] });
  const path = join(output, outputFolder('HLS', input), 'media-1/media.ts');
  const { slices, changedSlices, share } = await tsEncryptedShare(input, path);
  assert.ok(slices >= 125);
  assert.ok(changedSlices / slices > 0.9, `${changedSlices} of ${slices} slices`);
  assert.ok(share > 0.07 && share < 0.13, `${share} of the bytes`);
});

test('audio that the config lists as clear is clear in the stream, beside encrypted video', async () => {
  const input = await oddMedia('ctts-v0');
  const { output } = await packageWith([hlsAes()], { inputs: [input], clear: ['audio'] });
  const path = join(output, outputFolder('HLS', input), 'media-1/media.ts');
  assert.equal(hashes(await tsSamples(path, 'a:0')), hashes(await mp4SamplesAsInTs(input, 'a:0')));
  const slices = await sampleAesSlices(path, TEST_KEY);
  const source = await sourceSlices(input);
  assert.is(
    slices.findIndex((slice, index) => !slice.equals(source[index]!)),
    -1,
  );
  assert.ok((await tsEncryptedShare(input, path)).share > 0);
});

test('OpenSSL decrypts each AES-128 segment on its own to whole transport packets', async () => {
  const input = await oddMedia('ctts-v0');
  const { output } = await packageWith([hlsNcg()], { inputs: [input] });
  const playlist = join(output, outputFolder('HLS-NCG', input), 'media-1/stream.m3u8');
  const segments = await aes128SegmentsByOpenssl(playlist, TEST_KEY.key);
  assert.is(segments.length, 3);
  await assertRejects(aes128SegmentsByOpenssl(playlist, WRONG.key));
});

async function assertRejects(work: Promise<unknown>): Promise<void> {
  const rejected = await work.then(
    () => false,
    () => true,
  );
  assert.ok(rejected);
}

test('the FairPlay key line has the asset in its URI and no IV; the session key is the same', async () => {
  const input = await oddMedia('ctts-v0');
  const { output } = await packageWith([hlsAes()], { inputs: [input] });
  const folder = join(output, outputFolder('HLS', input));
  const media = await readFile(join(folder, 'media-1/stream.m3u8'), 'utf8');
  const master = await readFile(join(folder, 'master.m3u8'), 'utf8');
  const attributes = `METHOD=SAMPLE-AES,URI="skd://${TEST_KEY.keyId}",KEYFORMAT="com.apple.streamingkeydelivery",KEYFORMATVERSIONS="1"`;
  assert.ok(media.includes(`#EXT-X-KEY:${attributes}\n`), media);
  assert.ok(master.includes(`#EXT-X-SESSION-KEY:${attributes}\n`), master);
  for (const text of [media, master])
    assert.not.match(text, new RegExp(`${TEST_KEY.key}|${TEST_KEY.iv}`, 'i'));
});

test.run();
