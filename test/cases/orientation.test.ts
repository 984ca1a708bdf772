/** Pictures that are turned: fMP4 says so as the source does, MPEG-TS cannot and warns. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { dashCenc, hlsAes } from '../../plugins/index.ts';
import { ffprobe } from '../helpers/commands/command.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { fault, hasFault } from '../helpers/media/faults.ts';
import { MATRICES, turnedFile } from '../helpers/media/turned-media.ts';
import { outputFolder, packageWith } from '../helpers/titles/package.ts';

const test = sideBySide('orientation');

/** What ffprobe says of the turn of a file's picture. */
async function sideDataOf(path: string): Promise<unknown> {
  const probe = await ffprobe(path, ['-select_streams', 'v', '-show_entries', 'stream_side_data']);
  const { streams } = probe as { streams: { side_data_list?: { displaymatrix?: string }[] }[] };
  return streams[0]?.side_data_list?.find(({ displaymatrix }) => displaymatrix !== undefined);
}

const INPUTS = [
  ...Object.entries(MATRICES).map(([name, matrix]) => [name, () => turnedFile(matrix)] as const),
  ...(hasFault('rotation') ? [['a real one', async () => fault('rotation', 'portrait.mp4')] as const] : []),
];

for (const [name, file] of INPUTS) {
  test(`${name}: ffprobe sees the same matrix in DASH and in HLS`, async () => {
    const input = await file();
    const plugins = [dashCenc(), hlsAes({ container: 'fmp4' })];
    const { output, warnings } = await packageWith(plugins, { inputs: [input] });
    const expected = await sideDataOf(input);
    assert.ok(expected);
    assert.equal(await sideDataOf(join(output, outputFolder('DASH', input), 'media-video-1.mp4')), expected);
    const hls = join(output, outputFolder('HLS', input));
    assert.equal(await sideDataOf(join(hls, 'video-1/media.mp4')), expected);
    assert.equal(warnings, []);
  });
}

test('RESOLUTION is the size as it is shown, @width and @height that of the coded picture', async () => {
  const sizesOf = async (container: 'ts' | 'fmp4') => {
    const input = await turnedFile(MATRICES.portrait);
    const { output, warnings } = await packageWith([dashCenc(), hlsAes({ container })], { inputs: [input] });
    const mpd = await readFile(join(output, outputFolder('DASH', input), 'stream.mpd'), 'utf8');
    const master = await readFile(join(output, outputFolder('HLS', input), 'master.m3u8'), 'utf8');
    const [, width, height] = / width="(\d+)" height="(\d+)"/.exec(mpd)!;
    const [, resolution] = /RESOLUTION=(\w+)/.exec(master)!;
    return { coded: `${width}x${height}`, upright: `${height}x${width}`, resolution, warnings };
  };
  const fmp4 = await sizesOf('fmp4');
  assert.is(fmp4.resolution, fmp4.upright);
  const ts = await sizesOf('ts');
  assert.is(ts.resolution, ts.coded);
  assert.match(
    ts.warnings.join(),
    /MPEG-TS cannot say that video track \d \(.*\) of input 1 is turned clockwise by 90°/,
  );
});

test.run();
