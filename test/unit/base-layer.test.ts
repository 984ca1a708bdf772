import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, fromHex, toHex } from '../../core/base/bytes.ts';
import { PackagerError } from '../../core/base/errors.ts';
import { type BaseLayerOptions, baseLayerOf } from '../../core/codecs/nal/base-layer.ts';
import { startCodeIn } from '../../core/codecs/nal/start-codes.ts';
import { lengthPrefixed } from '../helpers/media/length-prefix.ts';
import { makeSegment, makeTrack } from '../helpers/media/segments.ts';

const test = suite('base layer');

/** NAL units in hexadecimal, of samples and of what is made of them. */
function kept(
  samples: readonly (readonly string[])[],
  options: BaseLayerOptions & { entry?: string; size?: number } = {},
) {
  const { entry = 'avc1', size = 4 } = options;
  const track = makeTrack({ entry });
  const prefixed = samples.map((units) => concat(units.map((unit) => lengthPrefixed(fromHex(unit), size))));
  const segment = makeSegment(prefixed, { track, nalLengthSize: size });
  const answer = baseLayerOf(track, options)(segment);
  assert.is(
    answer.data.length,
    answer.sizes.reduce((sum, bytes) => sum + bytes, 0),
  );
  assert.is(answer.count, samples.length);
  let at = 0;
  const found = Array.from(answer.sizes, (bytes) => {
    const end = at + bytes;
    const units: string[] = [];
    while (at < end) {
      const length = Buffer.from(answer.data).readUIntBE(at, size);
      units.push(toHex(answer.data.subarray(at + size, at + size + length)));
      at += size + length;
    }
    assert.is(at, end);
    return units;
  });
  return { found, isSame: answer === segment };
}

function refusal(work: () => unknown): PackagerError {
  try {
    work();
  } catch (error) {
    if (PackagerError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

test('answers a segment of plain samples as it is, also with units that look odd', () => {
  for (const samples of [
    [['09f0', '6501020304'], ['4101020304']],
    [
      ['0605000001', '6501'],
      ['', '41ff'],
    ], // SEI without emulation prevention, in front of no slice
    [['0601000001675555', '65aa']], // that of a parameter set
    [['6e400007', '41aa']], // a prefix
  ]) {
    assert.ok(kept(samples).isSame, JSON.stringify(samples));
  }
  assert.ok(kept([['4601', '2801aa', '7c01aa', '7e01aa']], { entry: 'hvc1' }).isSame);
  assert.ok(kept([['740000', '73']], { entry: 'av01' }).isSame);
});

test('leaves out what belongs to other layers, and says so once', () => {
  const warnings: string[] = [];
  const options = { warn: (line: string) => warnings.push(line) };
  for (const other of ['7340', '74400007', '758000']) {
    const { found } = kept([['65aa', other], ['41bb'], [other, '41cc', other]], options);
    assert.equal(found, [['65aa'], ['41bb'], ['41cc']]);
  }
  const layers = kept([['2601aa', '2609aa', '4209bb', '4e09cc', '4e01dd', '2701ee']], {
    entry: 'hev1',
    ...options,
  });
  assert.equal(layers.found, [['2601aa', '4e01dd']]);
  assert.is(warnings.length, 4);
  assert.match(warnings[0]!, /^made\.mp4: video track 1 .* pictures outside the base layer/);
});

test('keeps what may hold NAL units of others where the scheme can encrypt it whole, and else leaves it out', () => {
  for (const [entry, slice, wrappers] of [
    ['avc1', '65aa', ['1eaa', '1faa']],
    ['hvc1', '2601aa', ['6001aa', '6201aa', '7e01aa']],
  ] as const) {
    for (const wrapper of wrappers) {
      assert.ok(kept([[slice, wrapper]], { entry }).isSame);
      assert.equal(kept([[slice, wrapper]], { entry, wrappers: false }).found, [[slice]]);
    }
  }
});

test('gives every NAL unit that hides under the length of another one of its own', () => {
  for (const size of [1, 2, 4]) {
    const hidden = ['6e40000780', '00000001', '0605aa', '000001', '65aabb', '00000000000001', '65ccdd'].join(
      '',
    );
    const { found } = kept([[hidden], ['09f0', '41ee']], { size });
    assert.equal(found, [
      ['6e40000780', '0605aa', '65aabb', '65ccdd'],
      ['09f0', '41ee'],
    ]);
  }
  assert.equal(kept([['460150000001260155']], { entry: 'hvc1' }).found, [['460150', '260155']]);
  // Also under that of a slice, and what is left out elsewhere is here as well.
  assert.equal(kept([['65aabb0000010174', '41']]).found, [['65aabb', '0174', '41']]);
  assert.equal(kept([['65aabb00000174400007ff', '41']]).found, [['65aabb', '41']]);
});

test('gives parameter sets and what they share a length with one each, behind a delimiter too', () => {
  assert.equal(kept([['09f0000001674d0000000168ee', '65aa']]).found, [['09f0', '674d', '68ee', '65aa']]);
  assert.equal(kept([['65aa'], ['674d0000010001', '41bb']]).found, [['65aa'], ['674d', '0001', '41bb']]);
  assert.equal(kept([['4601500000014201aa0000014401bb', '2601aa']], { entry: 'hev1' }).found, [
    ['460150', '4201aa', '4401bb', '2601aa'],
  ]);
});

test('leaves nothing out for who encrypts whole segments', () => {
  const samples = [['09f000000165aa', '62bb', '7340', '1eaa'], ['7340']];
  assert.equal(kept(samples, { others: true }).found, [['09f0', '65aa', '62bb', '7340', '1eaa'], ['7340']]);
  assert.ok(kept([['65aa', '62bb', '7340', '1eaa']], { others: true, wrappers: false }).isSame);
});

test('searches every sample once one was found, and the first ones of each segment before', () => {
  const plain = ['41ee'];
  const hidden = ['41aabb00000141ccdd'];
  const split = ['41aabb', '41ccdd'];
  assert.equal(kept([hidden, plain, plain, plain, hidden]).found, [split, plain, plain, plain, split]);
  assert.ok(kept([plain, plain, plain, hidden]).isSame); // all of it is behind the first header: it is encrypted
});

test('refuses what nobody can protect, whoever protects it', () => {
  for (const type of ['62', '63', '64']) {
    assert.match(refusal(() => kept([['09f0', `${type}aa`]])).message, /data partitioning/);
    assert.match(refusal(() => kept([[`09f0000001${type}aa`]])).message, /data partitioning/);
  }
  const error = refusal(() => kept([['65aa'], ['74400007']]));
  assert.is(error.code, 'UNSUPPORTED_CODEC');
  assert.match(error.message, /has a sample in segment 1 with nothing of the base layer/);
});

test('a sample with start codes in place of lengths: the refusal says so', () => {
  for (const bytes of ['0000000109f0000000016501020304', '00000165010203040506']) {
    const track = makeTrack();
    const { message } = refusal(() => baseLayerOf(track)(makeSegment([fromHex(bytes)], { track })));
    assert.match(
      message,
      /NAL units in segment 1 of video track 1 .* have start codes \(Annex B\) in place of lengths/,
    );
  }
  const { message } = refusal(() => baseLayerOf(makeTrack())(makeSegment([fromHex('0000000965aa')])));
  assert.match(message, /do not fill their sample\.$/);
});

test('start codes are found wherever they are, but for one without a NAL unit', () => {
  for (const bytes of [10, 63, 64, 200]) {
    for (let at = 0; at <= bytes - 3; at += 1) {
      const data = new Uint8Array(bytes + 8).fill(1);
      data.set([0, 0, 1], 4 + at);
      assert.is(startCodeIn(data, 4, 4 + bytes), at + 3 < bytes ? 4 + at : -1, `${at} of ${bytes}`);
    }
    assert.is(startCodeIn(new Uint8Array(bytes), 0, bytes), -1);
  }
});

test.run();
