/** Manifests as written for a real title, read by parsers that share no code with ours. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Parser } from 'm3u8-parser';
import { parse } from 'mpd-parser';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dashCenc, hlsAes, hlsNcg } from '../../plugins/index.ts';
import { filesBelow, outputFolder, packageWith } from '../helpers/titles/package.ts';

const MEDIA = join(import.meta.dirname, '../media');
const INPUTS = ['sample-360p.mp4', 'sample-270p.mp4', 'sample-180p.mp4'].map((name) => join(MEDIA, name));
const SIZES = ['640x360', '480x270', '320x180'];

const test = suite('manifests of a title');

async function manifests(): Promise<Record<string, string>> {
  const plugins = [dashCenc(), hlsAes(), hlsNcg()];
  const { output } = await packageWith(plugins, { inputs: INPUTS, segmentDuration: 4 });
  const folders = ['DASH', 'HLS', 'HLS-NCG'].map((prefix) => join(output, outputFolder(prefix, INPUTS[0]!)));
  return { dash: folders[0]!, hls: folders[1]!, ncg: folders[2]! };
}

const playlist = async (path: string) => {
  const parser = new Parser();
  parser.push(await readFile(path, 'utf8'));
  parser.end();
  return parser.manifest;
};

const near = (actual: number, expected: number, tolerance: number): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected} ± ${tolerance}`);

test('mpd-parser finds three renditions and the sound, whose ranges are the files', async () => {
  const { dash } = await manifests();
  const text = await readFile(join(dash!, 'stream.mpd'), 'utf8');
  const mpd = parse(text, { manifestUri: 'https://cdn.test/stream.mpd' });
  assert.equal(
    mpd.playlists.map(({ attributes: { RESOLUTION } }) => `${RESOLUTION?.width}x${RESOLUTION?.height}`),
    SIZES,
  );
  near(mpd.duration, 20, 0.1);
  const audio = Object.values(mpd.mediaGroups.AUDIO['audio'] ?? {});
  assert.is(audio.length, 1);
  for (const { sidx } of mpd.playlists) {
    assert.ok(sidx, 'it has a segment index');
  }
  assert.equal(await filesBelow(dash!), [
    'media-audio-und.mp4',
    'media-video-1.mp4',
    'media-video-2.mp4',
    'media-video-3.mp4',
    'stream.mpd',
  ]);
});

for (const mode of ['hls', 'ncg'] as const) {
  test(`m3u8-parser follows ${mode}: variants, I-frames, ranges that fill the files, durations that fill the title`, async () => {
    const folder = (await manifests())[mode]!;
    const master = await playlist(join(folder, 'master.m3u8'));
    const variants = master.playlists ?? [];
    assert.equal(
      variants.map(({ attributes: { RESOLUTION } }) => `${RESOLUTION?.width}x${RESOLUTION?.height}`),
      SIZES,
    );
    for (const { uri, attributes } of variants) {
      const path = join(folder, uri);
      const { segments, endList, targetDuration } = await playlist(path);
      assert.is(endList, true);
      assert.is(targetDuration, 4);
      near(
        segments.reduce((sum, { duration }) => sum + duration, 0),
        20,
        0.001,
      );
      const { size } = await stat(join(dirname(path), segments[0]!.uri));
      const ends = segments.map(({ byterange }) => byterange!.offset + byterange!.length);
      assert.equal(
        segments.map(({ byterange }) => byterange!.offset),
        [0, ...ends.slice(0, -1)],
      );
      assert.is(ends.at(-1), size);
      near(attributes['AVERAGE-BANDWIDTH'] as number, (size * 8) / 20, 10);
      assert.ok(attributes.BANDWIDTH! >= (attributes['AVERAGE-BANDWIDTH'] as number));
      const iframes = await playlist(join(dirname(path), 'iframe.m3u8'));
      assert.is(iframes.iFramesOnly, true);
      assert.is(iframes.segments.length, 10);
    }
  });
}

test.run();
