/** A plugin's own container: its muxer, our driver. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { command, ffprobe } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { readSegments } from '../helpers/oracles/hls.ts';
import { codedSamples, hashes, mp4Samples } from '../helpers/oracles/samples.ts';
import { filesBelow, packageWith, TEST_KEY } from '../helpers/titles/package.ts';
import { adtsMode } from '../plugins/mode-adts.ts';

const test = suite('a muxer of a plugin');

async function packaged() {
  const input = await oddMedia('audio-only');
  const { output, modes } = await packageWith([adtsMode()], { inputs: [input] });
  const folder = join(output, 'adts');
  return { input, folder, rendition: modes[0]!.renditions[0]! };
}

test('it is written with the public doors alone', async () => {
  const source = await readFile(new URL('../plugins/mode-adts.ts', import.meta.url), 'utf8');
  const imports = [...source.matchAll(/from '([^']+)'/g)].map((match) => match[1]);
  assert.equal(imports, ['../../core/index.ts', '../../core/kit.ts']);
});

test('ffmpeg plays what it has packaged: every frame of the input, at its time', async () => {
  const { input, folder } = await packaged();
  await writeFile(join(folder, 'key.bin'), Buffer.from(TEST_KEY.key, 'hex'));
  const played = await codedSamples(join(folder, 'audio-und', 'stream.m3u8'), 'a:0', {
    demuxer: ['-allowed_extensions', 'ALL'],
    filter: 'aac_adtstoasc',
  });
  const source = await mp4Samples(input, 'a:0');
  assert.equal(hashes(played), hashes(source));
  for (const [n, { pts }] of played.entries())
    assert.ok(Math.abs(pts - played[0]!.pts - (source[n]!.pts - source[0]!.pts)) < 0.001, `frame ${n}`);
});

test('each file is what OpenSSL decrypts to AAC that ffprobe knows; there is no initialisation section', async () => {
  const { folder, rendition } = await packaged();
  const segments = await readSegments(join(folder, 'audio-und', 'stream.m3u8'));
  assert.equal(
    (await filesBelow(join(folder, 'audio-und'))).filter((name) => name.endsWith('.aac')),
    segments.map((_, n) => `seg-${n + 1}.aac`),
  );
  assert.is(rendition.init, undefined);
  assert.is(rendition.encryptedResources?.count, segments.length);
  assert.ok(segments.length > 2);
  const clear = join(temporaryFolder('adts'), 'segment.aac');
  for (const { path } of segments) {
    const options = ['enc', '-d', '-aes-128-cbc', '-K', TEST_KEY.key, '-iv', TEST_KEY.iv];
    await writeFile(clear, await command('openssl', [...options, '-in', path]));
    const found = (await ffprobe(clear, ['-show_streams', '-show_format'])) as {
      streams: { codec_name: string; profile: string }[];
      format: { format_name: string };
    };
    assert.equal(
      [found.format.format_name, found.streams[0]!.codec_name, found.streams[0]!.profile],
      ['aac', 'aac', 'LC'],
    );
  }
});

test.run();
