/** HLS as a file a segment: the same bytes as in one file, all of them named, and I-frames inside them. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Plugin } from '../../core/index.ts';
import { hlsAes, hlsNcg } from '../../plugins/index.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { readFragments } from '../helpers/oracles/dash.ts';
import { aes128SegmentsByOpenssl, hlsSamples, readRange, readSegments } from '../helpers/oracles/hls.ts';
import { assertAllNamed } from '../helpers/oracles/named-files.ts';
import { hashes, mp4SamplesAsInTs } from '../helpers/oracles/samples.ts';
import { filesBelow, outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';
import { inputSamples } from '../helpers/verify/input-samples.ts';
import { verifyPackage } from '../helpers/verify/verify-package.ts';

const test = suite('HLS as a file a segment');

type Layout = 'single-file' | 'segments';

const MODES = {
  'SAMPLE-AES in MPEG-TS': ['HLS', (layout: Layout) => hlsAes({ container: 'ts', layout })],
  'cbcs in fMP4': ['HLS', (layout: Layout) => hlsAes({ container: 'fmp4', layout })],
  'AES-128': ['HLS-NCG', (layout: Layout) => hlsNcg({ layout, keyUri: 'https://keys.test/1' })],
} as const;

async function packaged(input: string, prefix: string, mode: Plugin) {
  const report = await packageWith([mode], { inputs: [input], segmentDuration: 2 });
  return { report, folder: join(report.output, outputFolder(prefix, input)) };
}

for (const [name, [prefix, mode]] of Object.entries(MODES)) {
  test(`${name}: every file is named, decrypts, and is what the one file has at its place`, async () => {
    const input = await oddMedia('ctts-v0');
    const { report, folder } = await packaged(input, prefix, mode('segments'));
    await assertAllNamed(folder, ['master.m3u8']);
    const { faults } = await verifyPackage(report, [await inputSamples(input)]);
    assert.equal(faults, []);

    const whole = (await packaged(input, prefix, mode('single-file'))).folder;
    for (const playlist of (await filesBelow(folder)).filter((path) => path.endsWith('stream.m3u8'))) {
      const segments = await readSegments(join(folder, playlist));
      assert.ok(segments.length > 2);
      const files = segments.map(({ path, range }) => {
        assert.is(range, undefined, 'a whole file has no range');
        return path;
      });
      assert.is(new Set(files).size, files.length);
      const places = await readSegments(join(whole, playlist));
      if (name === 'cbcs in fMP4') {
        const one = await readFragments([places[0]!.path]);
        const many = await readFragments([join(folder, dirname(playlist), 'init.mp4'), ...files]);
        assert.ok(one.init.equals(many.init));
        assert.ok(Buffer.concat(one.fragments).equals(Buffer.concat(many.fragments)));
      } else {
        for (const [n, place] of places.entries())
          assert.ok((await readFile(files[n]!)).equals(await readRange(place)), `segment ${n + 1}`);
      }
      const extinf = async (root: string) =>
        (await readFile(join(root, playlist), 'utf8')).match(/^#EXTINF:.*$/gm);
      assert.equal(await extinf(folder), await extinf(whole));
    }
  });
}

test('SAMPLE-AES: ffmpeg reads the source’s samples off the playlist', async () => {
  const input = await oddMedia('ctts-v0');
  const { folder } = await packaged(input, 'HLS', hlsAes({ container: 'ts', layout: 'segments' }));
  const found = await hlsSamples(join(folder, 'media-1/stream.m3u8'), 'v:0', TEST_KEY);
  assert.equal(hashes(found), hashes(await mp4SamplesAsInTs(input, 'v:0')));
});

test('AES-128: I-frames are places in the segment before it is encrypted (RFC 8216, 4.3.3.6)', async () => {
  const input = await oddMedia('variable-gop');
  const { folder } = await packaged(input, 'HLS-NCG', hlsNcg({ layout: 'segments' }));
  assert.ok((await filesBelow(folder)).includes('key.ncg'));
  const playlist = join(folder, 'media-1/stream.m3u8');
  const clear = await aes128SegmentsByOpenssl(playlist, TEST_KEY.key);
  const paths = (await readSegments(playlist)).map(({ path }) => path);
  const iframes = await readSegments(join(folder, 'media-1/iframe.m3u8'));
  assert.ok(iframes.length > clear.length);
  for (const { path, range } of iframes) {
    const segment = clear[paths.indexOf(path)]!;
    const bytes = segment.subarray(range!.offset, range!.offset + range!.length);
    assert.is(bytes.length, range!.length, 'it ends within the segment');
    assert.is(bytes.length % 188, 0);
    assert.is(bytes[0], 0x47);
    assert.is(bytes[1]! & 0x40, 0x40, 'a PES packet begins');
  }
});

test.run();
