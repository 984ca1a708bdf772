/** The oracles are tried on what other packagers made: they recover the source with the right key alone. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ffmpeg } from '../commands/command.ts';
import { temporaryFolder } from '../commands/folders.ts';
import { oddMedia } from '../media/odd-media.ts';
import { dashSamplesByFfmpeg, dashSamplesByShaka } from './dash.ts';
import { mp4EncryptedShare, tsEncryptedShare } from './encrypted-share.ts';
import { aes128SegmentsByOpenssl, hlsSamples } from './hls.ts';
import { mp4Samples, mp4SamplesAsInTs, recovers, tsSamples } from './samples.ts';
import { shakaPackager } from './shaka-packager.ts';

const KEY_ID = '000102030405060708090a0b0c0d0e0f';
const KEY = '101112131415161718191a1b1c1d1e1f';
const WRONG_KEY = 'ffeeddccbbaa99887766554433221100';
const IV = 'a0a1a2a3a4a5a6a7a8a9aaabacadaeaf';
const STREAMS = [
  ['video', 'v:0'],
  ['audio', 'a:0'],
] as const;

const test = suite('oracles');

test('DASH: both decryptors recover cenc of Shaka Packager, and only with its key', async () => {
  const [source, folder] = [await oddMedia('multi-slice'), temporaryFolder('dash')];
  const outputs = STREAMS.map(([kind]) => `in=${source},stream=${kind},output=${kind}.mp4`);
  const keys = ['--enable_raw_key_encryption', '--keys', `label=:key_id=${KEY_ID}:key=${KEY}`];
  await shakaPackager([...outputs, ...keys, '--protection_scheme', 'cenc', '--clear_lead', '0'], folder);
  for (const [kind, stream] of STREAMS) {
    const [expected, output] = [await mp4Samples(source, stream), join(folder, `${kind}.mp4`)];
    assert.ok(await recovers(dashSamplesByFfmpeg([output], kind, KEY), expected), `ffmpeg, ${kind}`);
    assert.ok(
      await recovers(dashSamplesByShaka([output], kind, { keyId: KEY_ID, key: KEY }), expected),
      `Shaka, ${kind}`,
    );
    assert.not(await recovers(dashSamplesByFfmpeg([output], kind, WRONG_KEY), expected));
    assert.not(
      await recovers(dashSamplesByShaka([output], kind, { keyId: KEY_ID, key: WRONG_KEY }), expected),
    );
    assert.not(await recovers(mp4Samples(output, stream), expected), 'no key');
  }
  const { share, slices, changedSlices } = await mp4EncryptedShare(source, join(folder, 'video.mp4'));
  assert.ok(changedSlices > 0.95 * slices, `${changedSlices} of ${slices}: a few are shorter than a block`);
  assert.ok(share > 0.9, `${share}`);
});

test('SAMPLE-AES: ffmpeg recovers what Shaka Packager made, to the last sample', async () => {
  const [source, folder] = [await oddMedia('ctts-v0'), temporaryFolder('sample-aes')];
  await shakaPackager(
    [
      ...STREAMS.map(
        ([kind]) =>
          `in=${source},stream=${kind},segment_template=${kind}-$Number$.ts,playlist_name=${kind}.m3u8`,
      ),
      ...['--enable_raw_key_encryption', '--keys', `label=:key_id=${KEY_ID}:key=${KEY}:iv=${IV}`],
      ...['--protection_scheme', 'cbcs', '--clear_lead', '0', '--segment_duration', '6'],
      ...['--hls_master_playlist_output', 'master.m3u8', '--hls_key_uri', 'skd://content'],
    ],
    folder,
  );
  for (const [kind, stream] of STREAMS) {
    const [expected, playlist] = [await mp4SamplesAsInTs(source, stream), join(folder, `${kind}.m3u8`)];
    assert.ok(await recovers(hlsSamples(playlist, stream, { key: KEY, iv: IV }), expected), kind);
    assert.not(await recovers(hlsSamples(playlist, stream, { key: WRONG_KEY, iv: IV }), expected));
    assert.not(await recovers(tsSamples(playlist.replace('.m3u8', '-1.ts'), stream), expected), 'no key');
  }
  const { share } = await tsEncryptedShare(source, join(folder, 'video-1.ts'));
  assert.ok(share > 0.08 && share < 0.12, `${share}`);
});

test('AES-128: ffmpeg and OpenSSL recover what ffmpeg made', async () => {
  const [source, folder] = [await oddMedia('ctts-v0'), temporaryFolder('aes-128')];
  await writeFile(join(folder, 'key.bin'), Buffer.from(KEY, 'hex'));
  await writeFile(join(folder, 'key-info'), `skd://content\nkey.bin\n${IV}\n`);
  const hls = ['-f', 'hls', '-hls_time', '2', '-hls_list_size', '0', '-hls_key_info_file', 'key-info'];
  await ffmpeg(['-i', source, '-c', 'copy', ...hls, 'stream.m3u8'], { cwd: folder });
  const playlist = join(folder, 'stream.m3u8');
  for (const [, stream] of STREAMS) {
    const expected = await mp4SamplesAsInTs(source, stream);
    assert.ok(await recovers(hlsSamples(playlist, stream, { key: KEY }), expected), stream);
    assert.not(await recovers(hlsSamples(playlist, stream, { key: WRONG_KEY }), expected));
  }
  const clear = join(folder, 'clear.ts');
  await writeFile(clear, Buffer.concat(await aes128SegmentsByOpenssl(playlist, KEY)));
  assert.ok(await recovers(tsSamples(clear, 'v:0'), await mp4SamplesAsInTs(source, 'v:0')));
});

test.run();
