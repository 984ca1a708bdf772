import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromHex } from '../../core/bytes.ts';
import { parseAudioSpecificConfig } from '../../core/codecs/aac.ts';
import { BitstreamError } from '../../core/codecs/bit-reader.ts';

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

test('channels that a program config element lists are not guessed', () => {
  const config = parseAudioSpecificConfig(bits('00010 0011 0000 000'));
  assert.is(config.channels, undefined);
  assert.is(config.channelConfiguration, 0);
});

test('a configuration that is cut short or uses reserved values is refused', () => {
  for (const bytes of [bits(''), fromHex('12'), bits('00010 1101 0010 000'), bits('00010 0011 1000 000')]) {
    assert.throws(
      () => parseAudioSpecificConfig(bytes),
      (error: unknown) => error instanceof BitstreamError,
    );
  }
});

test.run();
