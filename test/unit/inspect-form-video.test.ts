import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { TileEnds } from '../../core/inspect/form/av1/tile-ends.ts';
import { RandomBytes } from '../../core/inspect/form/random-bytes.ts';
import { AVC_VARIANTS, avcVariants, HEVC_VARIANTS, hevcVariants } from '../helpers/media/form-variants.ts';
import { hasRealFile, realFile } from '../helpers/media/real-media.ts';
import { VP9_MEDIA } from '../helpers/media/vp9-media.ts';
import { clearMedia, formVerdict, KID } from '../helpers/verify/form-media.ts';

const test = suite('inspect/form: pictures');

const CODECS = [
  { codec: 'H.264', variants: AVC_VARIANTS, films: avcVariants },
  { codec: 'HEVC', variants: HEVC_VARIANTS, films: hevcVariants },
];

for (const { codec, variants, films } of CODECS) {
  for (const [place, name] of Object.keys(variants).entries()) {
    test(`${codec}, ${name}: follows slices to their end, and finds a wrong key`, async () => {
      const [media] = await clearMedia((await films())[place]!);
      const clear = formVerdict(media!, 'clear', 'right');
      assert.is(clear.violations, 0, JSON.stringify(clear.first));
      assert.is(clear.samples, 16);
      for (const scheme of ['cenc', 'cbcs'] as const) {
        const right = formVerdict(media!, scheme, 'right');
        assert.is(right.violations, 0, JSON.stringify(right.first));
        const key = right.keys.find(({ kid }) => kid === KID)!;
        assert.ok(key.walked >= 4, `${key.walked} are followed`);
        assert.is(key.key, 'right', `${scheme}: 2^${key.missProbability}`);
        const wrong = formVerdict(media!, scheme, 'wrong');
        assert.is(wrong.keys.find(({ kid }) => kid === KID)!.key, 'wrong');
      }
    });
  }
}

test('damage in bytes that are clear does not speak against the key', async () => {
  const [media] = await clearMedia((await avcVariants())[0]!);
  // Pictures of which nothing is followed: nothing speaks for the key either.
  const rows = [1, 2, 3];
  const few = {
    entry: media!.entry,
    samples: rows.map((row) => Buffer.from(media!.samples[row]!)),
    subsamples: rows.map((row) => media!.subsamples[row]!),
  };
  few.samples[1]![4]! |= 0x80;
  const { violations, keys, first } = formVerdict(few, 'cbcs', 'right');
  assert.is(violations, 1);
  assert.is(first?.sample, 1);
  assert.not.equal(keys[0]!.key, 'wrong');
});

for (const medium of VP9_MEDIA.filter(({ name }) => /superframes|tiles|lossless/.test(name))) {
  test(`${medium.describe}: follows compressed headers, and finds a wrong key`, async () => {
    const [media] = await clearMedia(await medium.file());
    assert.is(formVerdict(media!, 'clear', 'right').violations, 0);
    const right = formVerdict(media!, 'cenc', 'right');
    assert.is(right.violations, 0, JSON.stringify(right.first));
    assert.ok(right.missProbability! <= -60, `2^${right.missProbability}`);
    const wrong = formVerdict(media!, 'cenc', 'wrong');
    assert.ok(wrong.violations > media!.samples.length / 2, `${wrong.violations} violations`);
    assert.is(wrong.keys[0]!.key, 'wrong');
  });
}

const AV1 = 'bear-av1.mp4';

if (hasRealFile(AV1))
  test('AV1: ends of tiles tell a wrong key where they are encrypted, and nothing where they are not', async () => {
    const [media] = await clearMedia(realFile(AV1), 100);
    const right = formVerdict(media!, 'cenc', 'right');
    assert.is(right.violations, 0, JSON.stringify(right.first));
    assert.ok(right.missProbability! <= -60, `2^${right.missProbability}`);
    assert.is(right.keys[0]!.key, 'right');
    const wrong = formVerdict(media!, 'cenc', 'wrong');
    assert.is(wrong.keys[0]!.key, 'wrong');
    assert.is(wrong.violations, wrong.samples);
    assert.is(formVerdict(media!, 'cbcs', 'wrong').samples, 0);
  });

test('AV1: random bytes are no ends of tiles; those of an encoder that fills tiles up are neither, and few prove nothing', () => {
  const ends = (bytes: Iterable<number>): TileEnds => {
    const all = new TileEnds();
    for (const byte of bytes) all.add(byte);
    return all;
  };
  const dice = Buffer.alloc(200);
  new RandomBytes(5).fill(dice, 0, dice.length);
  assert.ok(ends(dice).areRandom);
  assert.is(ends(dice).bits, 0);
  assert.not.ok(ends(dice.subarray(0, 20)).areRandom);
  for (const byte of [0, 1]) {
    const filled = ends(new Uint8Array(200).fill(byte));
    assert.not.ok(filled.areRandom);
    assert.is(filled.bits, 0);
  }
  const tiles = ends(Array.from({ length: 80 }, (_, index) => 1 << (index % 8)));
  assert.not.ok(tiles.areRandom);
  assert.is(tiles.bits, 120);
});

/** Real pictures. */
const REAL = [
  'sintel-1024x436.mp4',
  'bbb_800x640_768kbps_30fps_avc_pyramid_3b.mp4',
  'bear-640x360-hevc.mp4',
  'sparks_dovi_8.mp4',
];

for (const name of REAL.filter(hasRealFile)) {
  test(`finds a wrong key of ${name}, and not of the right one`, async () => {
    const media = (await clearMedia(realFile(name), 60))[0]!;
    const right = formVerdict(media, 'cenc', 'right');
    assert.is(right.violations, 0, JSON.stringify(right.first));
    assert.is(formVerdict(media, 'cenc', 'wrong').keys.find(({ isProtected }) => isProtected)!.key, 'wrong');
  });
}

test.run();
