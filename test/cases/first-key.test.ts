/** MP4 whose pictures begin before the first key frame: they are left out with a notice, and all else keeps its time. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CodedTrack } from '../../core/kit.ts';
import { dashCenc, hlsAes, hlsNcg } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { withEditLists } from '../helpers/media/edit-list-media.ts';
import { withoutFirstKey } from '../helpers/media/first-key-media.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { topLevelBoxes } from '../helpers/oracles/boxes.ts';
import { demuxFile } from '../helpers/oracles/read-mp4.ts';
import { packageWith } from '../helpers/titles/package.ts';

const test = suite('first-key');

async function written(file: Uint8Array): Promise<string> {
  const path = join(temporaryFolder('first-key'), 'cut.mp4');
  await writeFile(path, file);
  return path;
}

/** When each sample is presented, in seconds to the microsecond, by its size: what is left out must not move the others. */
function presented({ samples, timescale, presentationOffset }: CodedTrack): readonly string[] {
  const { dts, compositionOffsets, sizes } = samples.read(0, samples.count);
  return Array.from(dts, (time, i) => {
    const seconds = (time + compositionOffsets[i]! - presentationOffset) / timescale;
    return `${seconds.toFixed(6)} ${sizes[i]}`;
  });
}

interface Cut {
  readonly what: string;
  readonly source: () => Promise<string>;
  /** Pictures of the first second, which go. */
  readonly dropped: number;
}

const edits = (file: Buffer): Buffer =>
  withEditLists(file, { video: [[2000, 1024 + 12_800 / 4]], audio: [[2000, 1024 + 12_000]] });

const CUTS: readonly Cut[] = [
  { what: 'closed GOPs with B-frames', source: () => oddMedia('moov-last'), dropped: 25 },
  { what: 'negative composition offsets', source: () => oddMedia('ctts-v1'), dropped: 25 },
  { what: 'no B-frames', source: () => oddMedia('no-b-frames'), dropped: 25 },
];

for (const { what, source, dropped } of CUTS) {
  test(`${what}: what is left is presented when it was`, async () => {
    const whole = await demuxFile(await source());
    const path = await written(withoutFirstKey(await readFile(await source())));
    const cut = await demuxFile(path);
    const [video, sound] = cut.map(presented);
    assert.equal(video, presented(whole[0]!).slice(dropped));
    assert.equal(sound, presented(whole[1]!));
    const table = cut[0]!.samples;
    assert.is(table.syncSamples?.[0], 0);
    const { durations } = table.read(0, table.count);
    assert.is(
      durations.reduce((sum, ticks) => sum + ticks, 0),
      table.duration,
    );
    const { warnings } = await packageWith([dashCenc(), hlsAes(), hlsNcg()], { inputs: [path] });
    assert.match(
      warnings.join('\n'),
      new RegExp(`track 1: ${dropped} pictures before its first key frame are left out`),
    );
  });
}

test('an open GOP: pictures that lead the first key frame go too', async () => {
  const source = await oddMedia('open-gop');
  const whole = presented((await demuxFile(source))[0]!);
  const [cut] = await demuxFile(await written(withoutFirstKey(await readFile(source))));
  const left = presented(cut!);
  const first = Number(left[0]!.split(' ')[0]);
  // In decode order, without those that are presented before the key frame.
  const key = whole.indexOf(left[0]!);
  assert.ok(key > 0);
  const expected = whole.slice(key).filter((sample) => Number(sample.split(' ')[0]) >= first);
  assert.equal(left, expected);
  assert.ok(expected.length < whole.length - key, 'the source has no leading pictures');
});

test('an edit list that begins before the first key frame: sound and pictures keep their places', async () => {
  const source = edits(await readFile(await oddMedia('moov-last')));
  const [whole, cut] = [
    await demuxFile(await written(source)),
    await demuxFile(await written(withoutFirstKey(source))),
  ];
  const times = (track: CodedTrack) => presented(track).map((line) => Number(line.split(' ')[0]));
  // The list starts 0.25 s into the media, the first key frame that is left is at 1 s.
  assert.is(times(cut[0]!)[0], 0.75);
  assert.equal(presented(cut[1]!), presented(whole[1]!));
  assert.is(Math.max(...times(cut[0]!)), Math.max(...times(whole[0]!)));
});

test('fragments that were recorded from the middle on', async () => {
  const bytes = await readFile(await oddMedia('fragmented-frames'));
  const boxes = topLevelBoxes(bytes);
  const first = boxes.findIndex(({ type }) => type === 'moof');
  // Twelve fragments, with what is in them, are gone.
  const cutAt = boxes.findIndex(
    (_, n) => boxes.slice(first, n).filter(({ type }) => type === 'moof').length === 12,
  );
  const kept = [...boxes.slice(0, first), ...boxes.slice(cutAt)];
  const path = await written(Buffer.concat(kept.map((box) => box.bytes)));
  const [whole, cut] = [await demuxFile(await oddMedia('fragmented-frames')), await demuxFile(path)];
  const video = presented(cut[0]!);
  // Recorded from the middle of the first second on, it has the four seconds behind that.
  assert.is(cut[0]!.samples.syncSamples?.[0], 0);
  assert.is(video.length, 100);
  assert.equal(video, presented(whole[0]!).slice(-video.length));
  const sound = presented(cut[1]!);
  assert.equal(sound, presented(whole[1]!).slice(-sound.length));
});

test.run();
