import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BitstreamError } from '../../core/base/bit-reader.ts';
import { fromHex } from '../../core/base/bytes.ts';
import { parseAudioSpecificConfig } from '../../core/codecs/aac/config.ts';
import { randomAudioConfig } from '../helpers/random/aac.ts';
import { Dice } from '../helpers/random/dice.ts';

const test = suite('AudioSpecificConfig');

const parse = (hex: string) => parseAudioSpecificConfig(fromHex(hex));

/** Bytes from bits written in groups, filled up with zeros. */
const bits = (text: string): Uint8Array =>
  Uint8Array.from(text.replaceAll(' ', '').match(/.{1,8}/g) ?? [], (byte) =>
    Number.parseInt(byte.padEnd(8, '0'), 2),
  );

const LC = {
  objectType: 2,
  samplingFrequencyIndex: 4,
  samplingFrequency: 44100,
  channelConfiguration: 2,
  shortFrames: false,
  sbr: false,
  ps: false,
  sampleRate: 44100,
  channels: 2,
  codecs: 'mp4a.40.2',
};

test('AAC LC, with and without a sync extension that denies SBR', () => {
  assert.equal(parse('1210'), LC);
  assert.equal(parse('121056e500'), LC);
});

test('5.1 and 7.1', () => {
  assert.is(parse('11b0').channels, 6);
  assert.is(parse('11b8').channels, 8);
});

test('HE-AAC, signalled hierarchically: the core has half the rate', () => {
  assert.equal(parse('2b920800'), {
    ...LC,
    samplingFrequencyIndex: 7,
    samplingFrequency: 22050,
    sbr: true,
    codecs: 'mp4a.40.5',
  });
});

test('HE-AAC v2, signalled hierarchically: one channel becomes two', () => {
  const config = parse('eb8a0800');
  assert.is(config.codecs, 'mp4a.40.29');
  assert.is(config.channelConfiguration, 1);
  assert.is(config.channels, 2);
  assert.is(config.sampleRate, 44100);
  assert.is(config.objectType, 2);
});

test('HE-AAC and HE-AAC v2, signalled backward compatibly', () => {
  const he = parse('139056e5a0');
  assert.equal([he.codecs, he.samplingFrequency, he.sampleRate], ['mp4a.40.5', 22050, 44100]);
  const v2 = parse('138856e5a54880');
  assert.equal([v2.codecs, v2.channelConfiguration, v2.channels], ['mp4a.40.29', 1, 2]);
});

test('escape values: a rate written out, an object type above 31', () => {
  const known = parseAudioSpecificConfig(bits('00010 1111 000000001011101110000000 0010 000'));
  assert.equal([known.samplingFrequency, known.samplingFrequencyIndex], [48000, 3]);
  const odd = parseAudioSpecificConfig(bits('00010 1111 000000001011101110000001 0010 000'));
  assert.equal([odd.samplingFrequency, odd.samplingFrequencyIndex], [48001, 15]);
  assert.is(parseAudioSpecificConfig(bits('11111 001010 0011 0010')).codecs, 'mp4a.40.42');
});

test('frames of 960 samples', () => {
  assert.is(parseAudioSpecificConfig(bits('00010 0011 0010 100')).shortFrames, true);
});

test('what stands between the core and the extension is stepped over', () => {
  const extension = '01010110111 00101 1 0011';
  const config = parseAudioSpecificConfig(bits(`00010 0110 0010 0 1 ${'1'.repeat(14)} 0 ${extension}`));
  assert.equal([config.codecs, config.sampleRate], ['mp4a.40.5', 48000]);
  const resilient = parseAudioSpecificConfig(bits(`10001 0110 0010 0 0 1 111 0 00 ${extension}`));
  assert.equal([resilient.objectType, resilient.sbr], [17, true]);
});

// As ffmpeg's encoder writes them for these layouts.
for (const [layout, channels, hex] of [
  ['2.1', 3, '118004c4010020000d4c61766335392e33372e31303056e500'],
  ['quad', 4, '118004c4040021100d4c61766335392e33372e31303056e500'],
  ['6.0', 6, '118004c844002008840d4c61766335392e33372e31303056e500'],
  ['6.1', 7, '118004c848002000c4400d4c61766335392e33372e31303056e500'],
  ['7.1(wide)', 8, '118004c848002000c6400d4c61766335392e33372e31303056e500'],
  ['octagonal', 8, '118004c848002008c8200d4c61766335392e33372e31303056e500'],
] as const) {
  test(`${layout}: the channels that a program config element lists`, () => {
    const config = parse(hex);
    assert.equal([config.channelConfiguration, config.channels, config.codecs], [0, channels, 'mp4a.40.2']);
  });
}

test('channels that only the samples list are not guessed', () => {
  const config = parseAudioSpecificConfig(bits('00010 0011 0000 000'));
  assert.is(config.channels, undefined);
  assert.is(config.channelConfiguration, 0);
});

// As the encoder exhale writes them; those of 32 and 44.1 kHz have SBR, which USAC does not count as another rate.
for (const [what, hex, sampleRate, channels] of [
  ['mono', 'f94623211cc01850002000a1f846a0b0', 48000, 1],
  ['stereo at 44.1 kHz', 'f94844621cc051f210a00040014a008d4160', 44100, 2],
  ['stereo at 32 kHz', 'f94a45621cc051f010a00040014a008d4160', 32000, 2],
  ['5.1, which UsacConfig alone states', 'f94603264cc0155a14000800287e11a82c00', 48000, 6],
] as const) {
  test(`xHE-AAC: ${what}`, () => {
    const config = parse(hex);
    assert.equal(
      [config.objectType, config.codecs, config.sampleRate, config.channels, config.sbr],
      [42, 'mp4a.40.42', sampleRate, channels, false],
    );
  });
}

test('xHE-AAC whose rate is in no table', () => {
  const rate = '000000001001001110101000'; // 37800
  const config = parseAudioSpecificConfig(bits(`11111 001010 1111 ${rate} 0000 11111 ${rate} 001 00110`));
  assert.equal([config.sampleRate, config.channels, config.codecs], [37800, 6, 'mp4a.40.42']);
});

test('what a writer of configurations of all kinds put in', () => {
  const dice = new Dice(14496);
  for (let round = 0; round < 2000; round += 1) {
    const { bytes, facts } = randomAudioConfig(dice);
    const { samplingFrequencyIndex, channelConfiguration, layout, ...read } = parseAudioSpecificConfig(bytes);
    assert.equal(read, facts, Buffer.from(bytes).toString('hex'));
  }
});

test('a configuration that is cut short or uses reserved values is refused', () => {
  for (const bytes of [
    ...[bits(''), fromHex('12'), bits('00010 1101 0010 000'), bits('00010 0011 1000 000')],
    ...[fromHex('118004c4010020000d4c61'), fromHex('f946')],
  ]) {
    assert.throws(
      () => parseAudioSpecificConfig(bytes),
      (error: unknown) => error instanceof BitstreamError,
    );
  }
});

test.run();
