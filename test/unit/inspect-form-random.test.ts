import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { formOf } from '../../core/inspect/form/form-of.ts';
import { RandomBytes } from '../../core/inspect/form/random-bytes.ts';
import { AUDIO_MEDIA } from '../helpers/media/audio-media.ts';
import { avcVariants, hevcVariants } from '../helpers/media/form-variants.ts';
import { type ClearMedia, clearMedia, formSegment, formVerdict } from '../helpers/verify/form-media.ts';

const test = suite('inspect/form: bytes of any kind');

const FORMATS = [
  ...[
    'avc1',
    'avc3',
    'hvc1',
    'hev1',
    'mp4a',
    'ac-3',
    'ec-3',
    '.mp3',
    'fLaC',
    'Opus',
    'vp09',
    'av01',
    'wvtt',
    'stpp',
    'none',
  ],
];

for (const format of FORMATS) {
  test(`${format}: bytes without order are judged, or not, and nothing else happens`, () => {
    const random = new RandomBytes(7);
    const bytes = (length: number): Buffer => {
      const made = Buffer.alloc(length);
      random.fill(made, 0, length);
      return made;
    };
    for (const configLength of [0, 5, 60]) {
      const entry = { format, codecs: undefined, config: bytes(configLength) };
      const samples = Array.from({ length: 60 }, (_, index) => bytes((index * index) % 1500));
      if (!formOf(entry)) continue;
      const media = { entry, samples, subsamples: samples.map(() => []) };
      const verdict = formVerdict(media, 'cenc', 'right');
      assert.is(verdict.samples + verdict.unjudged, samples.length);
      assert.ok(verdict.violations <= verdict.samples);
      assert.ok((verdict.missProbability ?? 0) <= 0);
    }
  });
}

/** The same samples with some bytes changed, and some cut off. */
function damaged(media: ClearMedia, seed: number): ClearMedia {
  const random = new RandomBytes(seed);
  const dice = Buffer.alloc(8);
  const samples = media.samples.map((sample) => {
    random.fill(dice, 0, 8);
    const changed = Buffer.from(sample.subarray(0, dice[0]! < 40 ? sample.length >> 1 : sample.length));
    for (let count = dice[1]! & 3; count > 0; count -= 1) {
      random.fill(dice, 2, 8);
      if (changed.length > 0) changed[dice.readUInt32LE(2) % changed.length]! ^= 1 << (dice[6]! & 7);
    }
    return changed;
  });
  return { ...media, samples, subsamples: samples.map(() => []) };
}

for (const [name, film] of Object.entries({
  'H.264': async () => (await avcVariants())[2]!,
  'H.264 with CAVLC': async () => (await avcVariants())[7]!,
  HEVC: async () => (await hevcVariants())[0]!,
  ...Object.fromEntries(
    AUDIO_MEDIA.filter(({ codecs }) => codecs !== 'mp4a.40.42').map((medium) => [
      medium.name,
      () => medium.file(),
    ]),
  ),
})) {
  test(`${name}: damaged samples are counted, and no other error comes of them`, async () => {
    for (const media of await clearMedia(await film(), 40)) {
      for (let seed = 1; seed <= 3; seed += 1) {
        const verdict = formVerdict(damaged(media, seed), 'clear', 'right');
        assert.is(verdict.samples + verdict.unjudged, media.samples.length);
        const segment = formSegment(damaged(media, seed), 'cenc', 'right');
        const judge = formOf(media.entry)!;
        judge.add({ ...segment, protections: [{ ...segment.protections[0]!, scheme: 'sample-aes' }] });
        assert.is(judge.verdict().samples, verdict.samples);
        for (const { first } of verdict.keys)
          if (first) assert.ok(first.byte >= 0 && first.byte <= media.samples[first.sample]!.length);
      }
    }
  });
}

test.run();
