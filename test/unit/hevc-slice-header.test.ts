import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BitstreamError, RbspReader } from '../../core/base/bit-reader.ts';
import { fromHex } from '../../core/base/bytes.ts';
import { parsePps } from '../../core/codecs/hevc/pps.ts';
import { skipSliceHeader } from '../../core/codecs/hevc/slice-header.ts';
import { parseSps } from '../../core/codecs/hevc/sps.ts';
import { ParameterSets } from '../../core/codecs/nal/parameter-sets.ts';
import { HEVC_STREAMS, type HevcStream } from '../helpers/media/hevc-streams.ts';

const test = suite('hevc slice header');

const open = (nal: Uint8Array): RbspReader => new RbspReader().open(nal, 2, nal.length);
const noSets = () => new ParameterSets(parseSps, parsePps);

function setsOf({ sps, pps }: HevcStream) {
  const sets = noSets();
  sets.addSps(open(fromHex(sps)));
  sets.addPps(open(fromHex(pps)));
  return sets;
}

function headerBytes(slice: Uint8Array, sets: ReturnType<typeof noSets>): number {
  const reader = open(slice);
  skipSliceHeader(reader, slice[0]! >> 1, sets);
  return reader.position;
}

for (const stream of HEVC_STREAMS) {
  test(`ends where another reader ends: ${stream.what}`, () => {
    const sets = setsOf(stream);
    for (const [start, bytes] of stream.slices) assert.is(headerBytes(fromHex(start), sets), bytes, start);
  });
}

test('refuses a header that is cut anywhere', () => {
  for (const stream of HEVC_STREAMS) {
    const sets = setsOf(stream);
    for (const [start, bytes] of stream.slices) {
      for (let cut = 2; cut < bytes; cut += 1) {
        const slice = fromHex(start).subarray(0, cut);
        assert.throws(
          () => headerBytes(slice, sets),
          (error: unknown) => error instanceof BitstreamError,
        );
      }
    }
  }
});

test('refuses a slice whose parameter set is missing, and says which', () => {
  const stream = HEVC_STREAMS[0]!;
  const slice = fromHex(stream.slices[0]![0]);
  const sets = noSets();
  assert.throws(() => headerBytes(slice, sets), /picture parameter set 0, which is missing/);
  sets.addPps(open(fromHex(stream.pps)));
  assert.throws(() => headerBytes(slice, sets), /sequence parameter set 0, which is missing/);
});

test('refuses a header that is not followed by the alignment', () => {
  const stream = HEVC_STREAMS[0]!;
  const [start, bytes] = stream.slices[0]!;
  const slice = fromHex(start);
  slice[bytes - 1]! ^= 1; // the last bit of the alignment
  assert.throws(() => headerBytes(slice, setsOf(stream)), /does not end as the standard says/);
});

test.run();
