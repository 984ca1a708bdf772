import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fullBox, u32 } from '../../core/base/box.ts';
import { BoxError } from '../../core/base/box-walk.ts';
import type { SampleDefaults } from '../../core/containers/mp4/read/movie-extends.ts';
import { readMovieFragment, type TrackFragment } from '../../core/containers/mp4/read/track-fragment.ts';
import { moof, tfdt, tfhd, traf, trun } from '../helpers/media/fragments.ts';

const test = suite('track fragments');

/** Where the `moof` lies in the file. */
const START = 5000;

interface Sample {
  readonly position: number;
  readonly size: number;
  readonly duration: number;
  readonly offset: number;
  readonly isSync: boolean;
}

/** What the tracks 1 and 2 are told of a `moof`; others are not wanted. */
function read(bytes: Uint8Array, trex: Partial<SampleDefaults> = {}) {
  const tracks = [1, 2].map(() => ({
    samples: [] as Sample[],
    times: [] as bigint[],
    pauses: [] as number[],
  }));
  const fragments: TrackFragment[] = [];
  const defaults = { description: 1, duration: 0, size: 0, flags: 0, ...trex };
  readMovieFragment(bytes, START, {
    defaults: new Map([1, 2, 3].map((id) => [id, defaults])),
    sinkFor(fragment) {
      fragments.push(fragment);
      const track = tracks[fragment.track - 1];
      return (
        track && {
          expect: () => undefined,
          add: (position, size, duration, offset, isSync) =>
            track.samples.push({ position, size, duration, offset, isSync }),
          seek: (time) => track.times.push(time),
          pause: (ticks) => track.pauses.push(ticks),
        }
      );
    },
  });
  const positions = (id: 1 | 2) => tracks[id - 1]!.samples.map(({ position }) => position);
  return { one: tracks[0]!, two: tracks[1]!, fragments, positions };
}

const two = [{ size: 10 }, { size: 20 }];

test('base-data-offset: data offsets count from there', () => {
  const { positions } = read(
    moof(
      traf(tfhd(1, { base: 90_000_000_000 }), trun(two, { dataOffset: 8 })),
      traf(tfhd(2, { base: 100, baseIsMoof: true }), trun(two)),
    ),
  );
  assert.equal(positions(1), [90_000_000_008, 90_000_000_018]);
  assert.equal(positions(2), [100, 110]);
});

test('default-base-is-moof: data offsets of all tracks count from the moof', () => {
  const fragment = moof(
    traf(tfhd(1, { baseIsMoof: true }), trun(two, { dataOffset: 700 }), trun(two, { dataOffset: 500 })),
    traf(tfhd(2, { baseIsMoof: true }), trun(two, { dataOffset: 30 })),
  );
  assert.equal(read(fragment).positions(1), [5700, 5710, 5500, 5510]);
  assert.equal(read(fragment).positions(2), [5030, 5040]);
});

test('neither: the first track counts from the moof, the next from where its data ends', () => {
  const first = traf(tfhd(1), trun(two, { dataOffset: 700 }));
  assert.equal(read(moof(first, traf(tfhd(2), trun(two)))).positions(2), [5730, 5740]);
  assert.equal(read(moof(first, traf(tfhd(2), trun(two, { dataOffset: 0 })))).positions(2), [5730, 5740]);
  assert.equal(read(moof(first, traf(tfhd(2), trun(two, { dataOffset: 5 })))).positions(2), [5735, 5745]);
  assert.equal(read(moof(first, traf(tfhd(2), trun(two, { dataOffset: -20 })))).positions(2), [5710, 5720]);
  // Both runs of the second track count from the end of the first track.
  const runs = [trun(two, { dataOffset: -20 }), trun(two, { dataOffset: 40 })];
  assert.equal(read(moof(first, traf(tfhd(2), ...runs))).positions(2), [5710, 5720, 5770, 5780]);
});

test('neither, by a writer that counts from the moof all the same: its offset reaches over the moof', () => {
  const fragment = (dataOffset: number) =>
    moof(
      traf(tfhd(1), trun(two, { dataOffset: 700 })),
      traf(tfhd(2), trun(two, { dataOffset }), trun(two, { dataOffset: dataOffset + 50 })),
    );
  const { length } = fragment(0);
  assert.equal(read(fragment(730)).positions(2), [5730, 5740, 5780, 5790]);
  assert.equal(read(fragment(length)).positions(2)[0], START + length);
  assert.equal(read(fragment(length - 1)).positions(2)[0], 5730 + length - 1);
});

test('a run without an offset follows the run before it', () => {
  const { positions } = read(
    moof(traf(tfhd(1, { baseIsMoof: true }), trun(two, { dataOffset: 700 }), trun(two))),
  );
  assert.equal(positions(1), [5700, 5710, 5730, 5740]);
  assert.equal(read(moof(traf(tfhd(1), trun(two)))).positions(1), [5000, 5010]);
});

test('data of tracks that nobody wants is stepped over, with and without sizes of its own', () => {
  const last = traf(tfhd(2), trun(two));
  const after = (unwanted: Uint8Array, trex = {}) =>
    read(moof(traf(tfhd(1), trun(two, { dataOffset: 700 })), unwanted, last), trex).positions(2)[0];
  assert.is(after(traf(tfhd(3), trun(two))), 5760);
  assert.is(after(traf(tfhd(3, { size: 7 }), trun([], { count: 3 }))), 5751);
  assert.is(after(traf(tfhd(3), trun([], { count: 3 })), { size: 5 }), 5745);
  assert.is(after(traf(tfhd(3))), 5730, 'a fragment without runs has no data');
});

test('values: the sample before its run, the fragment before trex', () => {
  const trex = { duration: 40, size: 4, flags: 0x1_0000 };
  const [bare] = read(moof(traf(tfhd(1), trun([], { count: 1 }))), trex).one.samples;
  assert.equal(bare, { position: 5000, size: 4, duration: 40, offset: 0, isSync: false });
  const head = { duration: 30, size: 3, flags: 0 };
  const [fragment] = read(moof(traf(tfhd(1, head), trun([], { count: 1 }))), trex).one.samples;
  assert.equal(fragment, { position: 5000, size: 3, duration: 30, offset: 0, isSync: true });
  const row = { duration: 20, size: 2, flags: 0x1_0000, offset: -7 };
  const [sample] = read(moof(traf(tfhd(1, head), trun([row]))), trex).one.samples;
  assert.equal(sample, { position: 5000, size: 2, duration: 20, offset: -7, isSync: false });
});

test('composition offsets are signed in both versions of trun', () => {
  const rows = [{ offset: -512 }, { offset: 2 ** 31 - 1 }, { offset: 0 }];
  for (const version of [0, 1]) {
    const { samples } = read(moof(traf(tfhd(1), trun(rows, { version })))).one;
    assert.equal(
      samples.map(({ offset }) => offset),
      [-512, 2 ** 31 - 1, 0],
    );
  }
});

test('sync samples: first_sample_flags for one, the flags of the samples for each, dependent ones never', () => {
  const sync = (run: Uint8Array, flags = 0) =>
    read(moof(traf(tfhd(1, { flags }), run))).one.samples.map(({ isSync }) => isSync);
  assert.equal(sync(trun(two)), [true, true]);
  assert.equal(sync(trun(two), 0x101_0000), [false, false]);
  assert.equal(sync(trun(two, { firstFlags: 0x200_0000 }), 0x101_0000), [true, false]);
  assert.equal(sync(trun([{ flags: 0x1_0000 }, { flags: 0x200_0000 }], { firstFlags: 0 })), [false, true]);
  assert.equal(sync(trun([{ flags: 0x100_0000 }, { flags: 0 }])), [false, true]);
});

test('times: of either version of tfdt, of an empty fragment, or none', () => {
  const narrow = fullBox('tfdt', 0, 0, u32(0xffff_fff0));
  assert.equal(read(moof(traf(tfhd(1), narrow, trun(two)))).one.times, [0xffff_fff0n]);
  assert.equal(read(moof(traf(tfhd(1), tfdt(2n ** 60n), trun(two)))).one.times, [2n ** 60n]);
  const { one } = read(moof(traf(tfhd(1, { isEmpty: true, duration: 99 }))));
  assert.equal(one, { samples: [], times: [], pauses: [99] });
});

test('a fragment says which sample entry it uses, and whether it is encrypted', () => {
  const senc = fullBox('senc', 0, 0, u32(0));
  const { fragments } = read(moof(traf(tfhd(1, { description: 2 }), senc), traf(tfhd(2))), {
    description: 3,
  });
  assert.equal(
    fragments.map(({ track, defaults, isEncrypted }) => [track, defaults.description, isEncrypted]),
    [
      [1, 2, true],
      [2, 3, false],
    ],
  );
});

test('damage is refused; counts are believed only when the box is large enough for them', () => {
  const refused = (bytes: Uint8Array, reason: RegExp) =>
    assert.throws(
      () => read(bytes),
      (error: unknown) => error instanceof BoxError && reason.test(error.message),
    );
  refused(moof(traf(trun(two))), /a fragment has no "tfhd" box/);
  refused(moof(traf(tfhd(1), trun(two, { count: 0xffff_ffff }))), /"trun" .* has room for fewer/);
  refused(
    moof(traf(tfhd(3, { size: 0xffff_ffff, base: 2 ** 53 - 1 }), trun([], { count: 9 }))),
    /at byte \d+/,
  );
  const far = Buffer.from(tfhd(1, { base: 0 }));
  far.writeBigUInt64BE(2n ** 63n, 16);
  refused(moof(traf(far)), /points to byte 9223372036854775808/);
  assert.throws(() => read(moof(traf(fullBox('tfhd', 0, 0)))), RangeError);
});

test.run();
