/** Fragments whose times do not simply ascend, holes of any length in MP4, and edit lists that pause for hours. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { CodedTrack } from '../../core/kit.ts';
import { dashCenc, hlsAes } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { mediaWithEdits, type TestEdits } from '../helpers/media/edit-list-media.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { dashSamplesByFfmpeg } from '../helpers/oracles/dash.ts';
import { hlsSamples } from '../helpers/oracles/hls.ts';
import { demuxPacketFile, demuxWithWarnings } from '../helpers/oracles/read-packets.ts';
import { hashes, MP4_TO_TS, mp4Samples, mp4SamplesAsInTs } from '../helpers/oracles/samples.ts';
import { failureOf, outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';

const test = sideBySide('fragment-times');

const HOUR = 3600;
const AAC_FRAME = 1024 / 48_000;
/** Ticks a second of the tracks of the fragmented file. */
const TIMESCALES = [12_800, 48_000] as const;

const fragmented = async (): Promise<Buffer> => readFile(await oddMedia('fragmented'));

async function written(bytes: Uint8Array): Promise<string> {
  const path = join(temporaryFolder(), 'fragments.mp4');
  await writeFile(path, bytes);
  return path;
}

/** A copy whose fragments from the n-th `tfdt` on are decoded that much later. */
function moved(file: Buffer, from: number, seconds: number): Buffer {
  const bytes = Buffer.from(file);
  let n = 0;
  for (let at = bytes.indexOf('tfdt'); at > 0; at = bytes.indexOf('tfdt', at + 4)) {
    if (n++ < from) continue;
    const track = bytes.readUInt32BE(bytes.lastIndexOf('tfhd', at) + 8);
    const ticks = BigInt(Math.round(seconds * TIMESCALES[track - 1]!));
    bytes.writeBigUInt64BE(bytes.readBigUInt64BE(at + 8) + ticks, at + 8);
  }
  return bytes;
}

/** What is in front of the fragments, and each of them. */
function parts(file: Buffer): { head: Buffer; fragments: Buffer[] } {
  const starts: number[] = [];
  for (let at = file.indexOf('moof'); at > 0; at = file.indexOf('moof', at + 4)) starts.push(at - 4);
  const end = file.indexOf('mfra') - 4;
  return {
    head: file.subarray(0, starts[0]),
    fragments: starts.map((at, n) => file.subarray(at, starts[n + 1] ?? end)),
  };
}

function presented({ samples, timescale, presentationOffset }: CodedTrack): number[] {
  const { dts, compositionOffsets } = samples.read(0, samples.count);
  return Array.from(dts, (time, i) => (time + compositionOffsets[i]! - presentationOffset) / timescale);
}

for (const name of ['whole files', 'media segments'] as const) {
  test(`three times the same fragments, ${name} behind each other: one timeline`, async () => {
    const file = await fragmented();
    const { head, fragments } = parts(file);
    const media = Buffer.concat(fragments);
    const thrice = name === 'whole files' ? [file, file, file] : [head, media, media, media];
    const input = await written(Buffer.concat(thrice));
    const alone = await demuxPacketFile(await oddMedia('fragmented'));
    const { tracks, warnings } = await demuxWithWarnings(input);
    assert.match(warnings.join(), /its fragments go back from 0:00:05\.000 to 0:00:00\.000/);
    for (let part = 0; part < 3; part++) {
      const shifts = tracks.map((track, index) => {
        const own = presented(alone[index]!);
        assert.is(track.sampleCount, 3 * own.length);
        const times = presented(track).slice(part * own.length, (part + 1) * own.length);
        const apart = times.map((time, n) => time - own[n]!);
        assert.ok(Math.max(...apart) - Math.min(...apart) < 1e-6, `${track.kind} of part ${part}`);
        return apart[0]!;
      });
      assert.ok(Math.max(...shifts) - Math.min(...shifts) < 1e-4, `part ${part}: ${shifts} s`);
      assert.ok(Math.abs(shifts[0]! - part * 5) < 0.1 * part + 1e-6);
    }

    const { output } = await packageWith([dashCenc(), hlsAes({ container: 'ts' })], { inputs: [input] });
    const source = await oddMedia('fragmented');
    const thriceOf = (list: readonly string[]) => [...list, ...list, ...list];
    const video = thriceOf(hashes(await mp4SamplesAsInTs(source, 'v:0')));
    const audio = thriceOf(hashes(await mp4Samples(source, 'a:0')));
    const dash = join(output, outputFolder('DASH', input));
    const filter = MP4_TO_TS;
    const pictures = await dashSamplesByFfmpeg([join(dash, 'media-video-1.mp4')], 'video', TEST_KEY.key, {
      filter,
    });
    assert.equal(hashes(pictures), video);
    for (let n = 1; n < pictures.length; n++) assert.ok(pictures[n]!.dts > pictures[n - 1]!.dts);
    const hls = join(output, outputFolder('HLS', input), 'media-1/stream.m3u8');
    assert.equal(hashes(await hlsSamples(hls, 'v:0', TEST_KEY)), video);
    assert.equal(hashes(await hlsSamples(hls, 'a:0', TEST_KEY)), audio);
  });
}

test('fragments that go back by a second, or are not in order, are refused with the times', async () => {
  const file = await fragmented();
  const back = await failureOf(demuxPacketFile(await written(moved(file, 6, -1))));
  assert.match(back.message, /track 1 goes back in time after 75 samples, from 0:00:03\.000 to 0:00:02\.000/);
  const { head, fragments } = parts(file);
  const [first, second, third, ...others] = fragments;
  const swapped = Buffer.concat([head, first!, third!, second!, ...others]);
  const unsorted = await failureOf(demuxPacketFile(await written(swapped)));
  assert.match(
    unsorted.message,
    /goes back in time after \d+ samples, from 0:00:03\.\d{3} to 0:00:01\.\d{3}/,
  );
});

test('one track that begins again alone is refused', async () => {
  const file = await fragmented();
  let n = 0;
  for (let at = file.indexOf('tfdt'); at > 0; at = file.indexOf('tfdt', at + 4)) {
    const track = file.readUInt32BE(file.lastIndexOf('tfhd', at) + 8);
    if (track === 2 && n++ === 3) file.writeBigUInt64BE(0n, at + 8);
  }
  const { message } = await failureOf(demuxPacketFile(await written(file)));
  assert.match(message, /goes back in time/);
});

for (const hours of [1, 13]) {
  test(`a hole of ${hours} h in fragments stays one, and the warning names it`, async () => {
    const input = await written(moved(await fragmented(), 6, hours * HOUR));
    const { output, warnings } = await packageWith([dashCenc(), hlsAes()], { inputs: [input] });
    assert.match(
      warnings.join('\n'),
      new RegExp(`there is no picture between 0:00:0[23]\\.\\d+ and ${hours}:00:03`),
    );
    const dash = join(output, outputFolder('DASH', input));
    const video = await mp4Samples(join(dash, 'media-video-1.mp4'), 'v:0');
    assert.ok(Math.abs(video.at(-1)!.dts - 4.96 - hours * HOUR) < 0.1);
    const sound = await mp4Samples(join(dash, 'media-audio-und.mp4'), 'a:0');
    assert.ok(Math.abs(sound.at(-1)!.dts - 5.08 - hours * HOUR) < 0.1 + AAC_FRAME);
  });
}

test('a hole that no field can hold is refused with the times, before anything is written', async () => {
  for (const hours of [14, 100]) {
    const input = await written(moved(await fragmented(), 6, hours * HOUR));
    for (const modes of [[dashCenc()], [hlsAes()]]) {
      const { code, message } = await failureOf(packageWith(modes, { inputs: [input] }));
      assert.match(code, /UNSUPPORTED_INPUT|NOT_MEDIA/);
      assert.match(message, new RegExp(`between 0:00:0\\d\\.\\d{3} and ${hours}:00:0`));
    }
  }
});

const PAUSES: readonly { readonly name: string; readonly edits: TestEdits; readonly refused?: RegExp }[] = [
  {
    name: 'sound 14 h late',
    edits: {
      video: [[5000, 1024]],
      audio: [
        [14 * HOUR * 1000, -1],
        [5000, 1024],
      ],
    },
    refused: /cannot be cut between 0:00:0\d\.\d{3} and 14:00:0/,
  },
  {
    name: 'pictures 100 h late',
    edits: {
      video: [
        [100 * HOUR * 1000, -1],
        [5000, 1024],
      ],
      audio: [[5000, 1024]],
    },
    refused: /its video cannot be cut between 0:00:0\d\.000 and 100:00:0/,
  },
  {
    name: 'both 30 h late',
    edits: {
      video: [
        [30 * HOUR * 1000, -1],
        [5000, 1024],
      ],
      audio: [
        [30 * HOUR * 1000, -1],
        [5000, 1024],
      ],
    },
  },
];

for (const { name, edits, refused } of PAUSES) {
  test(`edit lists, ${name}: ${refused ? 'refused with the times' : 'that is the start'}`, async () => {
    const input = await mediaWithEdits(`pause-${name.replaceAll(' ', '-')}`, edits);
    for (const modes of [[dashCenc()], [hlsAes({ container: 'ts' })], [hlsAes({ container: 'fmp4' })]]) {
      const work = packageWith(modes, { inputs: [input] });
      if (refused) assert.match((await failureOf(work)).message, refused);
      else assert.equal((await work).warnings, []);
    }
  });
}

test.run();
