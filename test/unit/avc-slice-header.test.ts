import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BitstreamError, RbspReader } from '../../core/base/bit-reader.ts';
import { fromHex } from '../../core/base/bytes.ts';
import { AvcParameterSets } from '../../core/codecs/avc/parameter-sets.ts';
import { skipSliceHeader } from '../../core/codecs/avc/slice-header.ts';
import { AVC_STREAMS, type AvcStream } from '../helpers/media/avc-streams.ts';

const test = suite('avc slice header');

const open = (nal: Uint8Array): RbspReader => new RbspReader().open(nal, 1, nal.length);

function setsOf({ sps, pps }: AvcStream): AvcParameterSets {
  const sets = new AvcParameterSets();
  sets.addSps(open(fromHex(sps)));
  sets.addPps(open(fromHex(pps)));
  return sets;
}

function headerBytes(slice: Uint8Array, sets: AvcParameterSets): number {
  const reader = open(slice);
  skipSliceHeader(reader, slice[0]!, sets);
  return reader.position;
}

for (const stream of AVC_STREAMS) {
  test(`ends where another reader ends: ${stream.what}`, () => {
    const sets = setsOf(stream);
    for (const [start, bytes] of stream.slices) assert.is(headerBytes(fromHex(start), sets), bytes, start);
  });
}

test('refuses a header that is cut anywhere', () => {
  for (const stream of AVC_STREAMS) {
    const sets = setsOf(stream);
    for (const [start, bytes] of stream.slices) {
      for (let cut = 1; cut < bytes; cut += 1) {
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
  const [start] = AVC_STREAMS[0]!.slices[0]!;
  assert.throws(
    () => headerBytes(fromHex(start), new AvcParameterSets()),
    /picture parameter set 0, which is missing/,
  );
});

test('refuses an Exp-Golomb code of more than 32 bits', () => {
  const sets = setsOf(AVC_STREAMS[0]!);
  const zeros = fromHex(`41${'000003'.repeat(3)}ff`);
  assert.throws(() => headerBytes(zeros, sets), /Exp-Golomb/);
});

test.run();
