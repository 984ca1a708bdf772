/** MP4 whose pictures are a byte stream (annex B) without avcC or hvcC: carried as samples with lengths, at the times of its tables. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CodedTrack } from '../../core/kit.ts';
import { dashCenc, hlsAes } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { byteStreamMp4, shortCodesMp4, withoutConfig } from '../helpers/media/byte-stream-mp4.ts';
import { HEVC_MEDIA } from '../helpers/media/hevc-media.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { pictureOf } from '../helpers/media/track-kinds.ts';
import { dashSamplesByShaka } from '../helpers/oracles/dash.ts';
import { hlsSamples } from '../helpers/oracles/hls.ts';
import { demuxFile } from '../helpers/oracles/read-mp4.ts';
import { codedSamples, hashes, IGNORE_EDITS, MP4_TO_TS } from '../helpers/oracles/samples.ts';
import { failureOf, outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';

const test = suite('byte streams in MP4');

const AVC = { source: () => oddMedia('in-band-headers'), added: '7-9' };
const HEVC = {
  source: () => HEVC_MEDIA.find(({ name }) => name === 'hevc-in-band')!.file(),
  added: '32-35',
};

const MEDIA = [
  { name: 'annex-b-gone', without: 'gone', ...AVC },
  { name: 'annex-b-empty', without: 'empty', ...AVC },
  { name: 'annex-b-fragments', without: 'gone', isFragmented: true, ...AVC },
  { name: 'annex-b-empty-fragments', without: 'empty', isFragmented: true, ...AVC },
  { name: 'annex-b-hevc', without: 'empty', ...HEVC },
] as const;

/** What a table says but for sizes and places. */
const timesOf = (track: CodedTrack) => {
  const { kind, timescale, duration, presentationOffset, samples } = track;
  const video = pictureOf(track);
  const { dts, durations, compositionOffsets, sync } = samples.read(0, samples.count);
  return { kind, timescale, duration, presentationOffset, video, dts, durations, compositionOffsets, sync };
};

const seconds = ({ timescale, ...track }: ReturnType<typeof timesOf>) => ({
  dts: Array.from(track.dts, (ticks) => ticks / timescale),
  sync: track.sync,
});

for (const { added, source: original, ...media } of MEDIA) {
  test(`${media.name}: pictures, times and edit list are those of the file`, async () => {
    const source = await original();
    const input = await byteStreamMp4(source, media);
    const [before, after] = [await demuxFile(source), await demuxFile(input)].map((tracks) =>
      tracks.map(timesOf),
    );
    if ('isFragmented' in media) assert.equal(seconds(after![0]!), seconds(before![0]!));
    else assert.equal(after, before);

    const isAvc = added === AVC.added;
    const { output, warnings } = await packageWith([dashCenc(), ...(isAvc ? [hlsAes()] : [])], {
      inputs: [input],
    });
    assert.equal(warnings, []);
    const slices = { filter: `filter_units=remove_types=${added}` };
    const file = join(output, outputFolder('DASH', input), 'media-video-1.mp4');
    assert.equal(
      hashes(await dashSamplesByShaka([file], 'video', TEST_KEY, slices)),
      hashes(await codedSamples(source, 'v:0', { demuxer: IGNORE_EDITS, ...slices })),
    );
    if (!isAvc) return;
    const playlist = join(output, outputFolder('HLS', input), 'media-1', 'stream.m3u8');
    assert.equal(
      hashes(await hlsSamples(playlist, 'v:0', TEST_KEY)),
      hashes(await codedSamples(source, 'v:0', { demuxer: IGNORE_EDITS, filter: MP4_TO_TS })),
    );
  });
}

test('start codes of 3 bytes and zeros behind NAL units: samples get other sizes and places', async () => {
  const source = await oddMedia('in-band-headers');
  const input = await shortCodesMp4(source, 'annex-b-short');
  const { output } = await packageWith([dashCenc()], { inputs: [input], segmentDuration: 1 });
  const slices = { filter: `filter_units=remove_types=${AVC.added}` };
  const file = join(output, outputFolder('DASH', input), 'media-video-1.mp4');
  assert.equal(
    hashes(await dashSamplesByShaka([file], 'video', TEST_KEY, slices)),
    hashes(await codedSamples(source, 'v:0', { demuxer: IGNORE_EDITS, ...slices })),
  );
});

test('samples with lengths but without configuration are refused, and the box is named', async () => {
  const file = await readFile(await oddMedia('in-band-headers'));
  for (const [without, words] of [
    ['gone', /track 1 \("avc1"\) has no "avcC" box/],
    ['empty', /track 1 \("avc1"\) has an empty "avcC" box/],
  ] as const) {
    const input = join(temporaryFolder(), `${without}.mp4`);
    await writeFile(input, withoutConfig(file, without));
    const error = await failureOf(packageWith([dashCenc()], { inputs: [input] }));
    assert.is(error.code, 'NOT_MEDIA');
    assert.match(error.message, words);
  }
});

test.run();
