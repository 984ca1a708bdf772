/** Parameter sets that are not each in a place of its own: what is written decodes to what the input does, or nothing is written. */
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as assert from 'uvu/assert';
import { hlsNcg } from '../../plugins/index.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { HEVC_MEDIA } from '../helpers/media/hevc-media.ts';
import { nalUnitsOf } from '../helpers/media/nal-lengths.ts';
import {
  ODD_AVC_CONFIGS,
  plainMp4,
  underOneLength,
  withConfig,
  withLists,
  withSharedHeads,
  writeAs,
} from '../helpers/media/odd-configs.ts';
import { oddMedia } from '../helpers/media/odd-media.ts';
import { videoBytes } from '../helpers/media/slices.ts';
import { aes128SegmentsByOpenssl } from '../helpers/oracles/hls.ts';
import { scaledPictures } from '../helpers/oracles/presented.ts';
import { modeNamed, type TestMode } from '../helpers/titles/modes.ts';
import { failureOf, filesBelow, outputFolder, packageWith, TEST_KEY } from '../helpers/titles/package.ts';
import { inputSamples } from '../helpers/verify/input-samples.ts';
import { verifyPackage } from '../helpers/verify/verify-package.ts';

const test = sideBySide('odd decoder configurations');

const inFmp4 = ['dash-cenc', 'dash-cbcs', 'hls-aes-fmp4'].map(modeNamed);
const all = [...inFmp4, modeNamed('hls-aes-ts'), modeNamed('hls-ncg')];
const sample = () => oddMedia('video-only');
const hevc = () => HEVC_MEDIA.find(({ name }) => name === 'hevc-main')!.file();

async function assertSound(input: string, modes: readonly TestMode[]): Promise<void> {
  const samples = await inputSamples(input);
  for (const mode of modes) {
    const report = await packageWith([mode.plugin()], { inputs: [input] });
    const verified = await verifyPackage(report, [samples]);
    assert.equal(verified.faults, [], mode.name);
    assert.ok(verified.samples > 0);
  }
}

let decodedSample: Promise<string[]> | undefined;
const samplePictures = (): Promise<string[]> => {
  decodedSample ??= sample().then(scaledPictures);
  return decodedSample;
};

/** What ffmpeg decodes of the transport stream is what the sample has: some of the inputs it cannot start itself. */
async function assertDecodes(input: string): Promise<void> {
  const { output } = await packageWith([hlsNcg()], { inputs: [input] });
  const playlist = join(output, outputFolder('HLS-NCG', input), 'media-1/stream.m3u8');
  const whole = join(temporaryFolder('decoded'), 'whole.ts');
  await writeFile(whole, Buffer.concat(await aes128SegmentsByOpenssl(playlist, TEST_KEY.key)));
  const [pictures, found] = await Promise.all([samplePictures(), scaledPictures(whole)]);
  assert.is(pictures.length, 125);
  assert.equal(found, pictures);
}

for (const [what, lists] of Object.entries(ODD_AVC_CONFIGS)) {
  for (const container of ['mp4', 'mkv']) {
    test(`avcC with ${what}, in ${container}`, async () => {
      const input = join(temporaryFolder('configs'), `odd.${container}`);
      const changed = withConfig(await plainMp4(await sample()), 'avcC', (config) =>
        withLists(config, lists),
      );
      await writeAs(input, changed);
      await assertSound(input, all);
      await assertDecodes(input);
    });
  }
}

test('parameter sets in the samples alone, under one length with a delimiter', async () => {
  const input = join(temporaryFolder('configs'), 'heads.mp4');
  await writeFile(input, withSharedHeads(await plainMp4(await sample())));
  await assertSound(input, all);
  await assertDecodes(input);
});

test('hvcC with all parameter sets under one length', async () => {
  const input = join(temporaryFolder('configs'), 'odd.mp4');
  await writeFile(
    input,
    withConfig(await plainMp4(await hevc()), 'hvcC', (config) => underOneLength(config)),
  );
  await assertSound(input, inFmp4);
});

test('a configuration with a picture in it is refused: outputs have it clear', async () => {
  const folder = temporaryFolder('configs');
  const slice = nalUnitsOf(await videoBytes(await sample())).find((unit) => (unit[0]! & 31) === 5)!;
  const cut = Buffer.from(slice.subarray(0, 300));
  const avc = await plainMp4(await sample());
  const picture = Buffer.from([0x26, 1, ...cut.subarray(1)]); // IDR_W_RADL
  const files = {
    'listed.mp4': withConfig(avc, 'avcC', (config) =>
      withLists(config, (sps, pps) => ({ sps: [sps, cut], pps: [pps] })),
    ),
    'behind.mkv': withConfig(avc, 'avcC', (config) =>
      withLists(config, (sps, pps) => ({ sps: [sps], pps: [Buffer.concat([pps, Buffer.of(0, 0, 1), cut])] })),
    ),
    'hevc.mp4': withConfig(await plainMp4(await hevc()), 'hvcC', (config) =>
      underOneLength(config, [picture]),
    ),
  };
  for (const [name, file] of Object.entries(files)) {
    const input = join(folder, name);
    await writeAs(input, file);
    for (const mode of inFmp4) {
      const output = join(temporaryFolder('refused'), 'out');
      const error = await failureOf(packageWith([mode.plugin()], { inputs: [input], output }));
      assert.is(error.code, 'NOT_MEDIA', error.message);
      assert.ok(error.message.includes(basename(input)), error.message);
      assert.match(
        error.message,
        /has a part of a picture \(NAL unit type (5|19)\) among its parameter sets/,
      );
      assert.equal(await filesBelow(output), []);
    }
  }
});

test.run();
