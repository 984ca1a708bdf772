/** AAC in MPEG-TS whose channels are listed in a program config element: DASH carries it, MPEG-TS refuses it. */
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BitstreamError } from '../../core/base/bit-reader.ts';
import { toHex } from '../../core/base/bytes.ts';
import { parseAudioSpecificConfig } from '../../core/codecs/aac/config.ts';
import { findProgramConfig } from '../../core/codecs/aac/program.ts';
import { AdtsAac } from '../../core/containers/packets/sound.ts';
import { dashCenc, hlsAes, hlsNcg } from '../../plugins/index.ts';
import { ffmpeg } from '../helpers/commands/command.ts';
import { madeOnce, temporaryFolder } from '../helpers/commands/folders.ts';
import { BitWriter } from '../helpers/media/bit-writer.ts';
import { audioOf } from '../helpers/media/track-kinds.ts';
import { demuxFile } from '../helpers/oracles/read-mp4.ts';
import { demuxPacketFile } from '../helpers/oracles/read-packets.ts';
import { failureOf, outputFolder, packageWith } from '../helpers/titles/package.ts';

const test = suite('program config elements');

const PICTURES = ['-f', 'lavfi', '-t', '2', '-i', 'testsrc2=size=128x72:rate=25'];
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '25'];

/** Sound of a layout for which ADTS has no number. */
const made = (layout: string): Promise<string> =>
  madeOnce(`pce-${layout.replace('.', '-')}.ts`, async (path) => {
    const sound = `sine=440:sample_rate=48000,aformat=channel_layouts=${layout}`;
    await ffmpeg([...PICTURES, '-f', 'lavfi', '-t', '2', '-i', sound, ...H264, '-c:a', 'aac', path]);
  });

/** What a decoder makes of the sound. */
const decodedSound = async (path: string): Promise<string> =>
  String(await ffmpeg(['-i', path, '-map', '0:a', '-f', 'hash', '-hash', 'md5', '-'])).trim();

for (const [layout, channels] of [
  ['6.1', 7],
  ['quad', 4],
  ['octagonal', 8],
] as const) {
  test(`${layout}: the configuration is that of ffmpeg, and decoders give the same sound`, async () => {
    const input = await made(layout);
    const audio = audioOf(await demuxPacketFile(input));
    const { channels: told, channelConfiguration } = parseAudioSpecificConfig(audio.config);
    assert.equal([told, channelConfiguration, audio.audio.channels], [channels, 0, channels]);
    const remuxed = join(temporaryFolder(), 'remuxed.mp4');
    await ffmpeg(['-i', input, '-map', '0:a', '-c', 'copy', '-bsf:a', 'aac_adtstoasc', remuxed]);
    const [theirs] = await demuxFile(remuxed);
    // Behind ours, theirs has the name of the encoder as a comment.
    const fields = audio.config.subarray(0, -1);
    assert.is(toHex(fields), toHex(theirs!.config.subarray(0, fields.length)));

    const plugins = [dashCenc()];
    const { output } = await packageWith(plugins, { inputs: [input], clear: ['audio'] });
    const packaged = join(output, outputFolder('DASH', input), 'media-audio-und.mp4');
    assert.is(await decodedSound(packaged), await decodedSound(input));
  });
}

test('MPEG-TS refuses it with the reason: not every segment would list the channels', async () => {
  const input = await made('6.1');
  for (const mode of [hlsAes({ container: 'ts' }), hlsNcg()]) {
    const error = await failureOf(packageWith([mode], { inputs: [input] }));
    assert.is(error.code, 'UNSUPPORTED_CODEC');
    assert.match(error.message, /its channels are described by a program config element/);
  }
});

/** A program config element for a single loudspeaker, or a pair. */
const element = (pair: 0 | 1): string => `101 0000 01 0011 0001 0000 0000 00 000 0000 0 0 0 ${pair} 0000`;
const block = (text: string): Uint8Array => new BitWriter().bits(`${text} ${'0'.repeat(64)}`).bytes();

test('it is found behind fill and data, not behind sound; cut short it is damage', () => {
  const bits = (text: string) =>
    findProgramConfig(block(text))
      ?.map(([bit]) => bit)
      .join('');
  const fields = element(1).replaceAll(' ', '').slice(3);
  assert.is(bits(element(1)), fields);
  assert.is(bits(`110 0001 11111111 ${element(1)}`), fields);
  assert.is(bits(`110 1111 00000010 ${'1'.repeat(8 * 16)} ${element(1)}`), fields);
  assert.is(bits(`100 0000 1 00000001 ${'11111111'} ${element(1)}`), fields);
  assert.is(bits(`100 0000 0 00000001 ${'11111111'} ${element(1)}`), fields);
  for (const sound of ['000', '001', '010', '011', '111']) assert.is(bits(sound), undefined);
  const whole = block(element(1));
  for (let size = 0; size < 6; size++)
    assert.throws(
      () => findProgramConfig(whole.subarray(0, size)),
      (e: Error) => e instanceof BitstreamError,
    );
});

/** AAC-LC, 48 kHz, channels that are listed elsewhere. */
function adts(payload: Uint8Array): Uint8Array {
  const length = 7 + payload.length;
  return Uint8Array.from([
    0xff,
    0xf1,
    0x4c,
    length >> 11,
    length >> 3,
    ((length & 7) << 5) | 0x1f,
    0xfc,
    ...payload,
  ]);
}

test('the first frames may have none; another one on the way is refused', () => {
  const format = new AdtsAac();
  const scan = (text: string) =>
    format.scan({ seconds: 0, position: 0, isKey: true, data: adts(block(text)) });
  scan('000');
  assert.match(format.whyNot ?? '', /which channels/);
  scan(element(1));
  scan(element(1));
  assert.is(format.whyNot, undefined);
  assert.is(format.describe().audio?.channels, 2);
  assert.throws(() => scan(element(0)), /changes its channels on the way/);
});

test.run();
