/** Transport streams whose pictures are presented before they are decoded, by their time stamps: that is no jump of a clock. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { CodedTrack } from '../../core/kit.ts';
import { dashCenc } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { TICKS, transportStream, videoPid } from '../helpers/media/clock-media.ts';
import { presentedEarlier } from '../helpers/media/early-presentation.ts';
import { dashSamplesByFfmpeg } from '../helpers/oracles/dash.ts';
import { demuxWithWarnings } from '../helpers/oracles/read-packets.ts';
import { hashes, SLICES_AND_SEI, tsSamples } from '../helpers/oracles/samples.ts';
import { outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';

const test = sideBySide('early-presentation');

async function written(bytes: Uint8Array): Promise<string> {
  const path = join(temporaryFolder('early'), 'early.ts');
  await writeFile(path, bytes);
  return path;
}

/** Seconds on the timeline of the file, in decode order. */
function presented({ samples, timescale, presentationOffset }: CodedTrack): number[] {
  const { dts, compositionOffsets } = samples.read(0, samples.count);
  return Array.from(dts, (time, n) => (time + compositionOffsets[n]! - presentationOffset) / timescale);
}

for (const bFrames of [1, 2, 3]) {
  test(`${bFrames} B-frames and no delay for them: nothing jumps, pictures keep their distances`, async () => {
    const stream = await transportStream({ seconds: 6, bFrames });
    const delay = (bFrames > 1 ? 2 : 1) * (TICKS / 25);
    const input = await written(presentedEarlier(stream, videoPid(), delay));
    const [plain, early] = [await demuxWithWarnings(await written(stream)), await demuxWithWarnings(input)];
    assert.equal(early.warnings, []);
    const shifts = early.tracks.flatMap((track, index) => {
      const due = presented(plain.tracks[index]!);
      const times = presented(track);
      assert.is(times.length, due.length);
      const [first] = times.map((time, n) => time - due[n]!);
      for (const [n, time] of times.entries()) assert.ok(Math.abs(time - due[n]! - first!) < 0.012, `${n}`);
      return { kind: track.kind, shift: first! };
    });
    const shiftOf = (kind: string) => shifts.find((track) => track.kind === kind)!.shift;
    assert.ok(Math.abs(shiftOf('audio') - shiftOf('video') - delay / TICKS) < 0.012, 'pictures come earlier');

    const { output, warnings, duration } = await packageWith([dashCenc()], { inputs: [input] });
    assert.equal(warnings, []);
    assert.ok(duration < 6.2, `${duration} s`);
    const file = join(output, outputFolder('DASH', input), 'media-video-1.mp4');
    const filter = `h264_mp4toannexb,${SLICES_AND_SEI}`;
    const samples = await dashSamplesByFfmpeg([file], 'video', TEST_KEY.key, { filter });
    assert.equal(hashes(samples), hashes(await tsSamples(await written(stream), 'v:0')));
  });
}

test.run();
