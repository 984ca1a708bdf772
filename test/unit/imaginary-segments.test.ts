/** What a plan reads in place of the input. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startCodeIn } from '../../core/codecs/nal/start-codes.ts';
import { visitNalUnits } from '../../core/codecs/nal/units.ts';
import { ImaginarySegments } from '../../core/engine/rehearsal/imaginary-segments.ts';
import type { TimedTrack } from '../../core/kit.ts';
import type { SampleColumns } from '../../core/media/samples.ts';
import { makeSegment, makeTrack } from '../helpers/media/segments.ts';
import { tableOf } from '../helpers/media/table-of.ts';

const test = suite('imaginary segments');

/** A track of H.264 with samples of these sizes, so many a segment. */
function timedTrack(sizes: readonly number[], perSegment: number): TimedTrack {
  const count = sizes.length;
  const read = (first: number, end: number): SampleColumns => ({
    first,
    count: end - first,
    offsets: new Float64Array(end - first),
    sizes: Uint32Array.from(sizes.slice(first, end)),
    dts: Float64Array.from({ length: end - first }, (_, i) => first + i),
    compositionOffsets: new Int32Array(end - first),
    durations: new Uint32Array(end - first).fill(1),
    sync: Uint8Array.from({ length: end - first }, (_, i) => (i === 0 ? 1 : 0)),
  });
  const unused = () => {
    throw new Error('not for a reader');
  };
  const facts = { count, duration: count, bytes: 0, syncSamples: undefined };
  const samples = tableOf({ ...facts, read, atOrAfter: unused });
  const segmentStarts = Uint32Array.from(
    { length: Math.ceil(count / perSegment) },
    (_, segment) => segment * perSegment,
  );
  return {
    track: makeTrack({ samples, sampleCount: count }),
    timing: { shift: 0, compositionShift: 0, mediaTimeAtZero: 0, decodeDelay: 0, segmentStarts },
  };
}

/** A slice of an IDR picture and one of another, behind lengths of so many bytes. */
const firstOf = (lengthSize: number) => {
  const slice = (header: number) => {
    const unit = Buffer.alloc(lengthSize + 20, 0x55);
    unit.writeUIntBE(20, 0, lengthSize);
    unit[lengthSize] = header;
    return unit;
  };
  return makeSegment([slice(0x65), slice(0x41)], { nalLengthSize: lengthSize });
};

test('however often buffers are used again, no NAL unit has a start code in it', async () => {
  // Lengths of 256 to 511 bytes are 00 00 01 xx.
  const sizes = Array.from({ length: 400 }, (_, sample) => 260 + ((sample * 37) % 251));
  const perSegment = 20;
  const imaginary = new ImaginarySegments(timedTrack(sizes, perSegment), firstOf(4));
  for (let index = 0; index < sizes.length / perSegment; index++) {
    const segment = await imaginary.read(index);
    let end = 0;
    let units = 0;
    for (const size of segment.sizes) {
      visitNalUnits({ ...segment, nalLengthSize: 4 }, end, end + size, (from, to) => {
        assert.is(startCodeIn(segment.data, from, to), -1, `segment ${index}`);
        units++;
      });
      end += size;
    }
    assert.is(units, perSegment);
  }
});

test('samples that are too large for one length are filled by several, whatever rest these leave', async () => {
  const [longest, lengthSize] = [65_535, 2];
  const sizes = [0, 1, 2, 3, 4].map((rest) => longest + lengthSize + rest);
  const imaginary = new ImaginarySegments(timedTrack(sizes, sizes.length), firstOf(lengthSize));
  const segment = await imaginary.read(0);
  let end = 0;
  for (const size of segment.sizes) {
    let bytes = 0;
    visitNalUnits({ ...segment, nalLengthSize: lengthSize }, end, end + size, (from, to) => {
      bytes += to - from;
    });
    assert.ok(bytes > longest - lengthSize && bytes < size, `${size} bytes`);
    end += size;
  }
});

test.run();
