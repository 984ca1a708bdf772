/** An SPS that another one of its number replaces behind a PPS: decoders differ in which of the two a picture has. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, fromHex } from '../../core/base/bytes.ts';
import { PackagerError } from '../../core/base/errors.ts';
import { createAvcRangeFinder } from '../../core/codecs/avc/range-finder.ts';
import { createRangeFinder } from '../../core/codecs/ranges.ts';
import { AVC_STREAMS } from '../helpers/media/avc-streams.ts';
import { hvcC } from '../helpers/media/hevc-config.ts';
import { HEVC_STREAMS } from '../helpers/media/hevc-streams.ts';
import { lengthPrefixed } from '../helpers/media/length-prefix.ts';
import { makeTrack } from '../helpers/media/segments.ts';
import { rangesIn } from '../helpers/oracles/ranges.ts';

const test = suite('replaced SPS');

const none = { profile: 66, compatibility: 0, level: 30, lengthSize: 4, sps: [], pps: [], spsExt: [] };
const NO_SETS = hvcC(HEVC_STREAMS[0]!, { nalUnits: [] });
const CODECS = [
  { name: 'H.264', streams: AVC_STREAMS, finder: () => createAvcRangeFinder(none, 'made.mp4') },
  {
    name: 'HEVC',
    streams: HEVC_STREAMS,
    finder: () => createRangeFinder(makeTrack({ entry: 'hev1', config: NO_SETS }))!,
  },
];

for (const { name, streams, finder } of CODECS) {
  /** Bytes of the last unit that stay clear; `undefined` where it cannot be read. */
  const clear = (...units: readonly string[]): number | undefined => {
    const data = concat(units.map((unit) => lengthPrefixed(fromHex(unit))));
    try {
      const [range] = rangesIn(finder(), data);
      const last = units.at(-1)!.length / 2;
      return range ? range[0]! - (data.length - last) : last;
    } catch (cause) {
      assert.ok(PackagerError.is(cause), String(cause));
      return undefined;
    }
  };

  test(`${name}: the header stays clear by either reading, until the PPS comes again`, () => {
    let differing = 0;
    for (const one of streams) {
      for (const two of streams) {
        for (const [slice, bytes] of one.slices) {
          const other = clear(two.sps, one.pps, slice);
          const both = [bytes, other].filter((end) => end !== undefined);
          const units = [one.sps, one.pps, two.sps];
          const got = clear(...units, slice);
          assert.is(got, Math.max(...both), `${one.what}, then ${two.what}`);
          if (other === undefined || other === bytes) continue;
          differing++;
          assert.is(clear(...units, one.pps, slice), other, 'the PPS again');
          assert.is(clear(...units, one.sps, one.pps, slice), bytes, 'both again');
        }
      }
    }
    assert.ok(differing > 5, `${differing} slices have another header with another SPS`);
  });
}

test.run();
