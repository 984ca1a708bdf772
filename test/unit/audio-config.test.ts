import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BitstreamError } from '../../core/base/bit-reader.ts';
import { fromHex } from '../../core/base/bytes.ts';
import { codecFamily } from '../../core/media/track.ts';
import { makeTrack } from '../helpers/media/segments.ts';
import { audioFacts } from '../helpers/oracles/audio-facts.ts';

const test = suite('audio configurations');

/** Fields of so many bits, joined. */
function bits(...fields: readonly (readonly [width: number, value: number])[]): Uint8Array {
  const text = fields.map(([width, value]) => value.toString(2).padStart(width, '0')).join('');
  return Uint8Array.from(text.match(/.{1,8}/g) ?? [], (byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
}

/** `dac3`: fscod, bsid, bsmod, acmod, lfeon, bit_rate_code, reserved. */
const dac3 = (fscod: number, acmod: number, lfe: number) =>
  audioFacts('ac-3', bits([2, fscod], [5, 8], [3, 0], [3, acmod], [1, lfe], [5, 10], [5, 0]));

test('AC-3: every coding mode has its loudspeakers', () => {
  const speakers = [0xa000, 0x4000, 0xa000, 0xe000, 0xa100, 0xe100, 0xb800, 0xf800];
  const channels = [2, 1, 2, 3, 3, 4, 4, 5];
  for (const [acmod, mask] of speakers.entries()) {
    const count = channels[acmod]!;
    assert.equal(dac3(0, acmod, 0), { sampleRate: 48_000, channels: count, dolby: { speakers: mask } });
    const withLfe = { sampleRate: 44_100, channels: count + 1, dolby: { speakers: mask | 1 } };
    assert.equal(dac3(1, acmod, 1), withLfe);
  }
});

interface Substream {
  readonly fscod?: number;
  readonly acmod: number;
  readonly lfe: number;
  /** chan_loc of dependent substreams. */
  readonly location?: number;
}

function dec3(substreams: readonly Substream[], ...extension: (readonly [number, number])[]) {
  const fields = substreams.flatMap(({ fscod = 0, acmod, lfe, location }) => [
    ...([
      [2, fscod],
      [5, 16],
      [1, 0],
      [1, 0],
      [3, 0],
      [3, acmod],
      [1, lfe],
      [3, 0],
    ] as const),
    ...(location === undefined
      ? ([
          [4, 0],
          [1, 0],
        ] as const)
      : ([
          [4, 1],
          [9, location],
        ] as const)),
  ]);
  return audioFacts('ec-3', bits([13, 640], [3, substreams.length - 1], ...fields, ...extension));
}

const FIVE_ONE: Substream = { acmod: 7, lfe: 1 };

test('E-AC-3: dependent substreams add loudspeakers, pairs count twice', () => {
  assert.equal(dec3([FIVE_ONE]), { sampleRate: 48_000, channels: 6, dolby: { speakers: 0xf801 } });
  // bit 1 of chan_loc: the rear pair of 7.1, which ETSI TS 102 366 writes as FA01
  assert.equal(dec3([{ ...FIVE_ONE, location: 2 }])?.dolby, { speakers: 0xfa01 });
  assert.is(dec3([{ ...FIVE_ONE, location: 2 }])?.channels, 8);
  const all = dec3([{ ...FIVE_ONE, location: 0x1ff }]);
  assert.equal(all?.dolby, { speakers: 0xfffb });
  assert.is(all?.channels, 20);
});

test('E-AC-3: joint object coding is behind the substreams; what is reserved is not read as it', () => {
  const joc = [
    [7, 0],
    [1, 1],
    [8, 16],
  ] as const;
  assert.equal(dec3([FIVE_ONE], ...joc)?.dolby, { speakers: 0xf801, jocComplexity: 16 });
  assert.equal(dec3([FIVE_ONE, { acmod: 2, lfe: 0 }], ...joc)?.dolby, {
    speakers: 0xf801,
    jocComplexity: 16,
  });
  assert.equal(dec3([FIVE_ONE], [7, 0], [1, 0], [8, 16])?.dolby, { speakers: 0xf801 });
});

test('E-AC-3: a reduced rate is left to the sample entry', () => {
  assert.equal(Object.keys(dec3([{ fscod: 3, acmod: 2, lfe: 0 }]) ?? {}), ['channels', 'dolby']);
});

test('the configurations of real files', () => {
  assert.equal(audioFacts('Opus', fromHex('0002013800003e80000000')), {
    channels: 2,
    sampleRate: 48_000,
  });
  const flac =
    '00000000' + '80000022' + '10001000000000000000' + '0ac442f00000000000000000000000000000000000000000';
  assert.equal(audioFacts('fLaC', fromHex(flac)), { channels: 2, sampleRate: 44_100 });
  assert.is(audioFacts('mp4a', fromHex('1190')), undefined);
});

test('damaged configurations are refused', () => {
  const broken = { 'ac-3': '10', 'ec-3': '1400200f', Opus: '0000', fLaC: '0000000084000022' };
  for (const [entry, hex] of Object.entries(broken)) {
    assert.throws(
      () => audioFacts(entry, fromHex(hex)),
      (error: unknown) => error instanceof BitstreamError,
    );
  }
});

test('a codec family is what a decoder has to know', () => {
  const family = (entry: string, codecs: string) => codecFamily(makeTrack({ entry, codecs }));
  assert.equal(
    [
      family('mp4a', 'mp4a.40.2'),
      family('mp4a', 'mp4a.40.29'),
      family('mp4a', 'mp4a.67'),
      family('mp4a', 'mp4a.40.42'),
      family('mp4a', 'mp4a.6B'),
      family('mp4a', 'mp4a.69'),
      family('mp4a', 'mp4a.A9'),
      family('Opus', 'Opus'),
      family('ec-3', 'ec-3'),
    ],
    ['aac', 'aac', 'aac', 'xhe-aac', 'mp3', 'mp3', 'mp4a-a9', 'opus', 'ec-3'],
  );
});

test.run();
