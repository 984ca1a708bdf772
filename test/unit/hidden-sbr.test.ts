import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromHex, toHex } from '../../core/base/bytes.ts';
import { parseAdtsHeader, withSbr } from '../../core/codecs/aac/adts-header.ts';
import { mayHideSbr, parseAudioSpecificConfig } from '../../core/codecs/aac/config.ts';
import { hasSbr } from '../../core/codecs/aac/frame.ts';
import { dashCenc, hlsAes } from '../../plugins/index.ts';
import { fault, hasFault } from '../helpers/media/faults.ts';
import { type Extension, lowRateFrames, muxed, withExtension } from '../helpers/media/sbr-media.ts';
import { findBox, parseBoxes } from '../helpers/oracles/mp4box-reader.ts';
import { outputFolder, packageWith } from '../helpers/titles/package.ts';

const test = suite('hidden spectral band replication');

const RATES = { 24000: 6, 22050: 7, 16000: 8, 11025: 10, 8000: 11 } as const;

for (const [rate, index] of Object.entries(RATES)) {
  test(`it is found at the end of every frame at ${rate} Hz, and only where it is`, async () => {
    for (const channels of [1, 2, 6]) {
      const frames = await lowRateFrames(Number(rate), channels);
      const found = (extension: Extension | undefined) =>
        frames.filter((frame) => {
          const made = extension === undefined ? frame : withExtension(frame, extension);
          return hasSbr(made.subarray(parseAdtsHeader(made).bytes), index);
        }).length;
      assert.equal(
        [found(undefined), found(0), found(13), found(14)],
        [0, 0, frames.length, frames.length],
        `${channels} channels`,
      );
    }
  });
}

test('bytes that are no frame have none, and end', () => {
  for (let seed = 0; seed < 2000; seed += 1) {
    const bytes = Uint8Array.from(
      { length: seed % 97 },
      (_, at) => (seed * 7919 + at * 104_729) >> (at % 11),
    );
    hasSbr(bytes, 7);
  }
});

test('it may hide at low rates, in AAC LC, and where the configuration does not deny it', () => {
  const hides = (hex: string) => mayHideSbr(fromHex(hex));
  assert.equal([hides('1390'), hides('1310'), hides('13900000')], [true, true, true]);
  assert.is(hides('139056e500'), false, 'denied');
  assert.is(hides('139056e5a0'), false, 'stated');
  assert.is(hides('2b920800'), false, 'stated first');
  assert.is(hides('1210'), false, '44.1 kHz');
});

test('a configuration that says it', () => {
  const { sampleRate, channels, codecs, sbr, ps } = parseAudioSpecificConfig(withSbr(fromHex('1390')));
  assert.equal([sampleRate, channels, codecs, sbr, ps], [44_100, 2, 'mp4a.40.5', true, false]);
  const mono = parseAudioSpecificConfig(withSbr(fromHex('1308')));
  assert.equal([mono.sampleRate, mono.channels, mono.codecs], [48_000, 2, 'mp4a.40.29']);
  assert.is(toHex(withSbr(fromHex('1390'))), '139056e5a0'); // as ffmpeg reads it: HE-AAC at 44100 Hz
});

/** What is written of such a file: in the MPD, in the sample entry, and in the PMT. */
async function outputOf(input: string) {
  const plugins = [dashCenc(), hlsAes({ container: 'ts' })];
  const { output } = await packageWith(plugins, { inputs: [input] });
  const dash = join(output, outputFolder('DASH', input));
  const mpd = await readFile(join(dash, 'stream.mpd'), 'utf8');
  const file = parseBoxes((await readFile(join(dash, 'media-audio-und.mp4'))).subarray(0, 4000));
  const { channel_count, samplerate } = findBox(file, 'enca') as Record<string, number>;
  const stream = await readFile(join(output, outputFolder('HLS', input), 'media-1/media.ts'), 'latin1');
  return [
    / codecs="([^"]+)"/.exec(mpd)?.[1],
    / audioSamplingRate="(\d+)"/.exec(mpd)?.[1],
    /channel_configuration:2011" value="(\d+)"/.exec(mpd)?.[1],
    [channel_count, samplerate],
    /za(ac|ch|cp)/.exec(stream)?.[0],
  ];
}

const HE = (rate: number) => ['mp4a.40.5', `${rate}`, '2', [2, rate], 'zach'];
const HE_V2 = (rate: number) => ['mp4a.40.29', `${rate}`, '2', [2, rate], 'zacp'];
const LC = (rate: number, channels: number) => [
  ...['mp4a.40.2', `${rate}`, `${channels}`],
  ...[[channels, rate], 'zaac'],
];

for (const container of ['mp4', 'ts', 'mkv'] as const) {
  test(`${container}: manifests, sample entry and SAMPLE-AES say what the frames are`, async () => {
    const [stereo, mono] = [await lowRateFrames(22_050, 2), await lowRateFrames(24_000, 1)];
    const sbr = (frame: Uint8Array) => withExtension(frame, 13);
    assert.equal(await outputOf(await muxed(stereo.map(sbr), container)), HE(44_100));
    assert.equal(await outputOf(await muxed(mono.map(sbr), container)), HE_V2(48_000));
    assert.equal(await outputOf(await muxed(stereo, container)), LC(22_050, 2));
    const from = (start: number) => stereo.map((frame, index) => (index < start ? frame : sbr(frame)));
    assert.equal(await outputOf(await muxed(from(5), container)), HE(44_100), 'behind a few frames');
    assert.equal(await outputOf(await muxed(from(60), container)), LC(22_050, 2), 'long after the start');
  });
}

test('the files that once were AAC LC at 22050 Hz', async () => {
  if (!hasFault('he-aac-implicit')) return;
  for (const name of ['bear-implicit.mp4', 'bear-adts.ts'])
    assert.equal(await outputOf(fault('he-aac-implicit', name)), HE(44_100), name);
});

test.run();
