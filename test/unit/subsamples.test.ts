import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PackagerError } from '../../core/base/errors.ts';
import { ProtectedRanges } from '../../core/codecs/protected-ranges.ts';
import type { Subsamples } from '../../core/media/segment.ts';
import { SubsampleBuilder } from '../../core/protection/subsamples.ts';

const test = suite('subsamples');

type Pair = readonly [clear: number, secret: number];

interface Sample {
  readonly size: number;
  readonly ranges: readonly Pair[];
}

function build(samples: readonly Sample[], align = 16, ivSize = 8): Subsamples {
  const builder = new SubsampleBuilder({ align, ivSize, name: 'made.mp4' });
  let at = 0;
  for (const { size, ranges } of samples) {
    const found = new ProtectedRanges();
    for (const [start, end] of ranges) found.add(at + start, at + end);
    builder.add(found, at, at + size);
    at += size;
  }
  return builder.finish();
}

const pairs = ({ clear, protected: secret }: Subsamples): Pair[] =>
  Array.from(clear, (bytes, row) => [bytes, secret[row]!] as const);

const partition = (size: number, ranges: readonly Pair[], align = 16, ivSize = 8): Pair[] =>
  pairs(build([{ size, ranges }], align, ivSize));

/** A sample of slices of the given sizes, each behind 10 clear bytes. */
function slices(sizes: readonly number[]): Sample {
  let at = 0;
  const ranges = sizes.map((bytes): Pair => {
    at += 10 + bytes;
    return [at - bytes, at];
  });
  return { size: at, ranges };
}

test('cenc moves what fills no block to the front: the protected part ends with the slice', () => {
  assert.equal(partition(1000, [[17, 1000]]), [[24, 976]]);
});

test('cbcs protects all that lies behind the slice header', () => {
  assert.equal(partition(1000, [[17, 1000]], 1, 0), [[17, 983]]);
});

test('clear pieces and slices of less than a block join the next protected part', () => {
  const ranges: Pair[] = [
    [20, 35],
    [40, 72],
    [80, 112],
  ];
  assert.equal(partition(120, ranges), [
    [40, 32],
    [8, 32],
    [8, 0],
  ]);
});

test('a sample with nothing to protect still has an entry', () => {
  assert.equal(partition(9, []), [[9, 0]]);
  assert.equal(partition(0, []), [[0, 0]]);
  assert.equal(partition(30, [[20, 30]]), [[30, 0]]);
});

test('clear bytes beyond 65535 are split, at the exact limit they are not', () => {
  assert.equal(partition(65535, []), [[65535, 0]]);
  assert.equal(partition(65536, []), [
    [65535, 0],
    [1, 0],
  ]);
  assert.equal(partition(140_016, [[140_000, 140_016]]), [
    [65535, 0],
    [65535, 0],
    [8930, 16],
  ]);
});

test('samples have rows of their own, and a builder starts anew for the next segment', () => {
  const { counts, clear } = build([
    { size: 100, ranges: [[4, 100]] },
    slices([32, 32]),
    { size: 5, ranges: [] },
  ]);
  assert.equal([...counts], [1, 2, 1]);
  assert.equal([...clear], [4, 10, 10, 5]);

  const builder = new SubsampleBuilder({ align: 1, ivSize: 0, name: 'made.mp4' });
  builder.add(new ProtectedRanges(), 0, 1);
  builder.finish();
  builder.add(new ProtectedRanges(), 0, 2);
  assert.equal([...builder.finish().clear], [2]);
});

for (const [ivSize, most] of [
  [8, 40],
  [0, 42],
  [16, 39],
] as const) {
  test(`the size byte of saiz holds ${most} subsamples with IVs of ${ivSize} bytes; the smallest slices stay clear`, () => {
    const sizes = Array.from({ length: most + 5 }, (_, index) => 160 + 16 * (index % 7));
    assert.is(
      partition(slices(sizes.slice(0, most)).size, slices(sizes.slice(0, most)).ranges, 16, ivSize).length,
      most,
    );

    const sample = slices(sizes);
    const got = partition(sample.size, sample.ranges, 16, ivSize);
    assert.ok(got.length <= most, `${got.length} entries`);
    assert.ok(ivSize + 2 + 6 * got.length <= 255);
    assert.is(
      got.reduce((sum, [clear, secret]) => sum + clear + secret, 0),
      sample.size,
    );
    const kept = got.map(([, secret]) => secret).filter((bytes) => bytes > 0);
    assert.ok(kept.length >= most - 1, `${kept.length} parts protected`);
    const expected = [...sizes].sort((a, b) => b - a).slice(0, kept.length);
    assert.equal(
      [...kept].sort((a, b) => b - a),
      expected,
    );
  });
}

test('of equal slices those that stay clear lie apart, so that their bytes need no entries of their own', () => {
  const sample = slices(new Array(48).fill(48_000));
  const got = partition(sample.size, sample.ranges);
  assert.is(got.length, 40);
  assert.ok(got.every(([, secret]) => secret === 48_000));
});

test('gives up further slices where the clear bytes between them need entries too', () => {
  const sizes = Array.from({ length: 45 }, (_, index) => (index < 5 ? 32_000 : 48_000));
  const sample = slices(sizes);
  const got = partition(sample.size, sample.ranges);
  // 160 000 bytes of small slices in front take two entries, so two of the 40 large ones stay clear.
  assert.equal([got.length, got.filter(([, secret]) => secret > 0).length], [40, 38]);
});

test('refuses a sample that no choice of slices can describe, rather than wrap or leave it clear', () => {
  const refused = (sample: Sample) =>
    assert.throws(
      () => partition(sample.size, sample.ranges),
      (error: unknown) => PackagerError.is(error) && error.code === 'UNSUPPORTED_CODEC',
    );
  refused({ size: 41 * 65535, ranges: [] });
  refused(slices(new Array(200).fill(66_000)));
});

test.run();
