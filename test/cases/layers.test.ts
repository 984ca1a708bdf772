/** What decodes to pictures and is not where a protector looks for it: other layers, NAL units without lengths of their own. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { dashCenc, hlsAes, hlsNcg } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { fault, hasFault } from '../helpers/media/faults.ts';
import { LAYERED_MEDIA } from '../helpers/media/layered-media.ts';
import { lengthPrefixed } from '../helpers/media/length-prefix.ts';
import { nalUnitsOf, withSamples } from '../helpers/media/nal-lengths.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { videoBytes } from '../helpers/media/slices.ts';
import { dashSamplesByFfmpeg, dashSamplesByShaka } from '../helpers/oracles/dash.ts';
import { hlsSamples } from '../helpers/oracles/hls.ts';
import { codedSamples, hashes, IGNORE_EDITS } from '../helpers/oracles/samples.ts';
import { failureOf, filesBelow, outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';
import { inputSamples } from '../helpers/verify/input-samples.ts';
import { verifyPackage } from '../helpers/verify/verify-package.ts';

const test = sideBySide('layers and start codes');

/** Slices and SEI alone: a prefix or a delimiter that the made files put in front is not in the plain ones. */
const COMPARED = { h264: 'filter_units=remove_types=7-9|14', hevc: 'filter_units=remove_types=32-35' };

/** Pieces of each NAL unit of some size, near its end: none of them may be in an output. SEI is no picture. */
async function piecesOf(path: string, codec: 'h264' | 'hevc'): Promise<Buffer[]> {
  const isSei = (unit: Uint8Array) => (codec === 'h264' ? (unit[0]! & 31) === 6 : unit[0]! >> 1 === 39);
  const units = nalUnitsOf(await videoBytes(path)).filter((unit) => unit.length > 200 && !isSei(unit));
  // The pattern of cbcs leaves 144 bytes between two blocks: of 160 one block always is ciphertext.
  return units.map((unit) => Buffer.from(unit.subarray(unit.length - 176, unit.length - 16)));
}

async function assertNothingIn(folder: string, pieces: readonly Buffer[]): Promise<void> {
  assert.ok(pieces.length > 20, `${pieces.length}`);
  for (const name of await filesBelow(folder)) {
    const bytes = await readFile(join(folder, name));
    const clear = pieces.filter((piece) => bytes.includes(piece)).length;
    assert.is(clear, 0, `${name}: ${clear} of ${pieces.length}`);
  }
}

for (const { describe, codec, plain, file, isLessened } of LAYERED_MEDIA) {
  test(`${describe}: nothing is clear, and what decodes is the plain picture`, async () => {
    const input = await file();
    const modes = [dashCenc(), hlsAes({ container: codec === 'h264' ? 'auto' : 'fmp4' })];
    const { output, warnings, modes: reports } = await packageWith(modes, { inputs: [input] });
    assert.is(warnings.filter((line) => /outside the base layer/.test(line)).length, isLessened ? 1 : 0);
    await assertNothingIn(output, await piecesOf(input, codec));

    const filter = COMPARED[codec];
    const expected = hashes(await codedSamples(await plain(), 'v:0', { demuxer: IGNORE_EDITS, filter }));
    const dash = [join(output, outputFolder('DASH', input), 'media-video-1.mp4')];
    assert.equal(hashes(await dashSamplesByShaka(dash, 'video', TEST_KEY, { filter })), expected);
    const hls = join(output, outputFolder('HLS', input));
    if (codec === 'hevc') {
      const media = [join(hls, 'video-1/media.mp4')];
      assert.equal(hashes(await dashSamplesByFfmpeg(media, 'video', TEST_KEY.key, { filter })), expected);
    } else {
      const inTs = `h264_mp4toannexb,${filter}`;
      const wanted = hashes(
        await codedSamples(await plain(), 'v:0', { demuxer: IGNORE_EDITS, filter: inTs }),
      );
      const samples = await hlsSamples(join(hls, 'media-1/stream.m3u8'), 'v:0', { ...TEST_KEY, filter });
      assert.equal(hashes(samples), wanted);
    }
    if (codec === 'h264') {
      const whole = await packageWith([hlsNcg()], { inputs: [input] });
      const verified = await verifyPackage(whole, [await inputSamples(input)]);
      assert.equal([verified.samples, verified.faults], [expected.length, []]);
    }
    for (const { renditions } of reports) {
      for (const { protection } of renditions.flatMap(({ tracks }) => tracks)) {
        assert.is(protection!.encrypted, protection!.coded);
        assert.ok(protection!.protectedBytes > 0.9 * protection!.bytes);
      }
    }
  });
}

for (const [codec, ...path] of [
  ['h264', 'nal-with-start-codes', 'sample_sef_slow_motion.mp4'],
  ['hevc', 'mv-hevc', 'mv.mp4'],
  ['h264', 'avc-mvc', 'mvc.mp4'],
] as const) {
  const is = hasFault(...path);
  test(`${path.join('/')}: ${is ? 'nothing is clear' : 'not there'}`, async () => {
    if (!is) return;
    for (const mode of [dashCenc(), hlsAes(), hlsAes({ container: 'fmp4' })]) {
      const { output } = await packageWith([mode], { inputs: [fault(...path)] });
      await assertNothingIn(output, await piecesOf(fault(...path), codec));
    }
  });
}

test('a video without any picture where one is looked for is refused, and left clear where the config says so', async () => {
  const behind = join(temporaryFolder(), 'plain.mp4');
  await ffmpeg(['-i', await oddMedia('video-only'), '-c', 'copy', behind]);
  const input = join(temporaryFolder(), 'hidden.mp4');
  const hidden = withSamples(await readFile(behind), (sample) =>
    Buffer.concat(nalUnitsOf(sample).map((unit) => lengthPrefixed(Uint8Array.of(0x18, ...unit)))),
  );
  await writeFile(input, hidden); // NAL units of type 24, as RTP has them
  for (const mode of [dashCenc(), hlsAes(), hlsAes({ container: 'fmp4' })]) {
    const error = await failureOf(packageWith([mode], { inputs: [input] }));
    assert.match(
      error.message,
      /hidden\.mp4: mode [a-z-]+ finds nothing to encrypt in video track 1 .* none of its 125/,
    );
    assert.is(error.code, 'UNSUPPORTED_INPUT');
  }
  await packageWith([dashCenc()], { inputs: [input], clear: ['video'] });
});

test('the configuration of layers that are left out goes with them', async () => {
  if (!hasFault('mv-hevc', 'mv.mp4')) return;
  const input = fault('mv-hevc', 'mv.mp4');
  for (const [clear, expected] of [
    [[], false],
    [['video'], true],
  ] as const) {
    const { output } = await packageWith([dashCenc()], { inputs: [input], clear });
    const file = await readFile(join(output, outputFolder('DASH', input), 'media-video-1.mp4'));
    assert.is(file.includes('lhvC'), expected);
    assert.ok(file.includes('hvcC'));
  }
});

test.run();
