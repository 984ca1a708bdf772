/** Matroska whose times do not simply ascend: recordings behind each other, clusters that go back, jump or are not in order. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CodedTrack } from '../../core/kit.ts';
import { dashCenc, hlsAes } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { matroska, retimedClusters, swappedClusters } from '../helpers/media/cluster-media.ts';
import { dashSamplesByFfmpeg } from '../helpers/oracles/dash.ts';
import { hlsSamples } from '../helpers/oracles/hls.ts';
import { demuxPacketFile, demuxWithWarnings } from '../helpers/oracles/read-packets.ts';
import { codedSamples, hashes, MP4_TO_TS, SLICES_AND_SEI } from '../helpers/oracles/samples.ts';
import { failureOf, outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';

const test = suite('cluster-times');

/** Matroska counts milliseconds. */
const ROUNDING = 0.0021;
const AAC_FRAME = 1024 / 48_000;

async function written(bytes: Uint8Array): Promise<string> {
  const path = join(temporaryFolder(), 'clusters.mkv');
  await writeFile(path, bytes);
  return path;
}

function presented({ samples, timescale, presentationOffset }: CodedTrack): number[] {
  const { dts, compositionOffsets } = samples.read(0, samples.count);
  return Array.from(dts, (time, i) => (time + compositionOffsets[i]! - presentationOffset) / timescale);
}

const RECORDINGS = [
  { name: 'as a whole', recipe: { seconds: 6 } },
  { name: 'live', recipe: { seconds: 6, isLive: true } },
  { name: 'pictures alone', recipe: { seconds: 6, streams: 'video' } },
  { name: 'sound alone', recipe: { seconds: 6, streams: 'audio' } },
  { name: 'larger than 4 MiB', recipe: { seconds: 12, bitrate: '4M' } },
] as const;

for (const { name, recipe } of RECORDINGS) {
  test(`three recordings behind each other, ${name}: one timeline, with sound and pictures in step`, async () => {
    const bytes = await matroska(recipe);
    const alone = await demuxPacketFile(await written(bytes));
    const { tracks, warnings } = await demuxWithWarnings(await written(Buffer.concat([bytes, bytes, bytes])));
    assert.is(warnings.length, 2, warnings.join('\n'));
    const ends = tracks.map(() => 0);
    for (let part = 0; part < 3; part++) {
      const shifts = tracks.map((track, index) => {
        const own = presented(alone[index]!);
        assert.is(track.sampleCount, 3 * own.length);
        const times = presented(track).slice(part * own.length, (part + 1) * own.length);
        const apart = times.map((time, n) => time - own[n]!);
        assert.ok(Math.max(...apart) - Math.min(...apart) < AAC_FRAME / 2, `${track.kind} of part ${part}`);
        assert.ok(Math.min(...times) > ends[index]! - ROUNDING, 'behind the part before');
        ends[index] = Math.max(...times);
        return apart[0]!;
      });
      assert.ok(Math.max(...shifts) - Math.min(...shifts) < AAC_FRAME, `part ${part}: ${shifts} s`);
      assert.ok(Math.abs(Math.min(...shifts) - part * recipe.seconds) < 0.1);
    }
  });
}

test('packaged, all samples of all recordings are there, in order and decodable', async () => {
  const bytes = await matroska({ seconds: 12, bitrate: '4M' });
  assert.ok(bytes.length > 4 * 2 ** 20);
  const source = await written(bytes);
  const filter = `h264_mp4toannexb,${SLICES_AND_SEI}`;
  const twice = (list: readonly string[]) => [...list, ...list];
  const video = twice(hashes(await codedSamples(source, 'v:0', { filter })));
  const audio = twice(hashes(await codedSamples(source, 'a:0')));

  const input = await written(Buffer.concat([bytes, bytes]));
  const { output } = await packageWith([dashCenc(), hlsAes({ container: 'ts' })], { inputs: [input] });
  const dash = join(output, outputFolder('DASH', input));
  const hls = join(output, outputFolder('HLS', input), 'media-1/stream.m3u8');
  const pictures = await dashSamplesByFfmpeg([join(dash, 'media-video-1.mp4')], 'video', TEST_KEY.key, {
    filter: MP4_TO_TS,
  });
  assert.equal(hashes(pictures), video);
  for (let n = 1; n < pictures.length; n++) assert.ok(pictures[n]!.dts > pictures[n - 1]!.dts);
  const sound = await dashSamplesByFfmpeg([join(dash, 'media-audio-und.mp4')], 'audio', TEST_KEY.key);
  assert.equal(hashes(sound), audio);
  assert.equal(hashes(await hlsSamples(hls, 'v:0', TEST_KEY)), video);
  assert.equal(hashes(await hlsSamples(hls, 'a:0', TEST_KEY)), audio);
});

test('a recording behind one with other tracks is refused, with its place', async () => {
  const [a, b] = [await matroska({ seconds: 6 }), await matroska({ seconds: 6, streams: 'video' })];
  const { code, message } = await failureOf(demuxPacketFile(await written(Buffer.concat([a, b]))));
  assert.is(code, 'UNSUPPORTED_INPUT');
  assert.match(message, new RegExp(`the one at byte ${a.length} has other tracks than the first`));
});

test('what is no recording behind one is not read', async () => {
  const bytes = await matroska({ seconds: 6 });
  const { tracks, warnings } = await demuxWithWarnings(
    await written(Buffer.concat([bytes, Buffer.alloc(5000, 7)])),
  );
  assert.equal(warnings, []);
  assert.is(tracks[0]!.sampleCount, 150);
});

for (const milliseconds of [500, 1000, 1500]) {
  test(`clusters that go back by ${milliseconds} ms: nothing moves, and nothing is lost`, async () => {
    const bytes = await matroska({ seconds: 6 });
    const whole = await demuxPacketFile(await written(bytes));
    const input = await written(retimedClusters(bytes, (time, n) => (n < 3 ? time : time - milliseconds)));
    const { tracks, warnings } = await demuxWithWarnings(input);
    assert.is(warnings.length, 1, warnings.join('\n'));
    for (const [index, track] of tracks.entries()) {
      const [times, due] = [presented(track), presented(whole[index]!)];
      assert.is(times.length, due.length);
      for (const [n, time] of times.entries()) assert.ok(Math.abs(time - due[n]!) < 0.012, `${n}: ${time} s`);
    }
  });
}

for (const seconds of [5, 50]) {
  test(`clusters that go ahead by ${seconds} s: times of Matroska are those of the title, so it is a hole`, async () => {
    const bytes = await matroska({ seconds: 6 });
    const input = await written(retimedClusters(bytes, (time, n) => (n < 3 ? time : time + seconds * 1000)));
    const { tracks, warnings } = await demuxWithWarnings(input);
    assert.equal(warnings, []);
    for (const track of tracks) assert.ok(Math.abs(track.duration / track.timescale - 6 - seconds) < 0.05);
    const { warnings: told } = await packageWith([dashCenc()], { inputs: [input] });
    const hole = /there is no picture between 0:00:01\.9\d\d and 0:00:5[12]\.\d\d\d/;
    assert.match(told.join('\n'), seconds > 10 ? hole : /there is no key frame to cut at/);
  });
}

for (const [a, b] of [
  [0, 1],
  [2, 3],
  [3, 6],
] as const) {
  test(`clusters ${a} and ${b} in each other's place are refused, with the times`, async () => {
    const input = await written(swappedClusters(await matroska({ seconds: 6 }), a, b));
    const { code, message } = await failureOf(demuxPacketFile(input));
    assert.is(code, 'UNSUPPORTED_INPUT');
    assert.match(
      message,
      /not in the order of its times: what is at 0:00:0\d\.\d{3} comes behind what is at 0:00:0/,
    );
  });
}

test.run();
