/** Samples of no bytes, as some recorders write them: no decoder takes one, and readers of packages lose what is beside it. */
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { identity } from '../../core/index.ts';
import { dashCenc, hlsAes } from '../../plugins/index.ts';
import { ffprobe } from '../helpers/commands/command.ts';
import { mediaWithEmpty } from '../helpers/media/empty-samples.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { demuxFile } from '../helpers/oracles/read-mp4.ts';
import { filesBelow, packageWith } from '../helpers/titles/package.ts';

const test = suite('empty samples');

const EMPTY = { video: [13, 14, 60], audio: [0, 1, 40] };

test('are left out of pictures and sound, and what is before them lasts longer', async () => {
  const whole = await demuxFile(await oddMedia('moov-last'));
  const tracks = await demuxFile(await mediaWithEmpty('middle', EMPTY));
  for (const [index, { kind, samples, presentationOffset }] of tracks.entries()) {
    const all = whole[index]!;
    const before = all.samples.read(0, all.samples.count);
    const kept = [...before.dts.keys()].filter((sample) => !EMPTY[kind].includes(sample));
    const after = samples.read(0, samples.count);
    // Presented when they were, from the first that is there.
    const time = (dts: number, offset: number, shift: number) => dts + offset - shift;
    assert.equal(
      [...after.dts].map((dts, row) => time(dts, after.compositionOffsets[row]!, presentationOffset)),
      kept.map((row) => time(before.dts[row]!, before.compositionOffsets[row]!, all.presentationOffset)),
      kind,
    );
    for (const column of ['offsets', 'sizes', 'sync'] as const)
      assert.equal(
        [...after[column]],
        kept.map((row) => before[column][row]!),
        `${column} of ${kind}`,
      );
    assert.is(samples.duration, all.samples.duration - before.dts[kept[0]!]!);
    assert.is(after.dts[0], 0);
  }
});

const ENDS = { video: [30, 31, 124], audio: [7, 235] };

for (const [name, plugin] of [
  ['DASH', dashCenc()],
  ['SAMPLE-AES', hlsAes({ systems: [identity({ uri: 'key.bin' })], container: 'ts' })],
] as const) {
  test(`a title with some is proved, and told of: ${name}`, async () => {
    const inputs = [await mediaWithEmpty('ends', ENDS)];
    const { verification, warnings, output } = await packageWith([plugin], { inputs, verify: true });
    assert.is(verification?.verdict, 'proved');
    assert.is(warnings.length, 2);
    assert.match(warnings[0]!, /track 1: samples without anything in them are left out \(3\)\. What comes/);
    assert.match(warnings[1]!, /track 2: samples without anything in them are left out \(2\)/);
    const packets = [];
    for (const file of await filesBelow(output)) {
      if (!file.endsWith('.mp4')) continue;
      const probe = await ffprobe(join(output, file), [
        ...['-count_packets', '-show_entries', 'stream=nb_read_packets'],
      ]);
      const { streams } = probe as { streams: { nb_read_packets: string }[] };
      packets.push(...streams.map((stream) => Number(stream.nb_read_packets)));
    }
    if (name === 'DASH') assert.equal(packets.sort(), [122, 234], 'another reader finds all the others');
  });
}

test.run();
