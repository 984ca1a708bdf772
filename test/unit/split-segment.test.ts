import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Segment } from '../../core/media/segment.ts';
import { splitSegment } from '../../core/media/split-segment.ts';
import { makeSegment } from '../helpers/media/segments.ts';

const test = suite('parts of a segment');

const SIZES = [3, 1, 4, 1, 5];
const samples = SIZES.map((size, index) => new Uint8Array(size).fill(index + 1));
const made = (facts: Partial<Segment>): Segment =>
  makeSegment(samples, {
    durations: Uint32Array.of(10, 20, 30, 40, 50),
    compositionOffsets: Int32Array.of(0, 2, -1, 0, 3),
    decodeTime: 1000,
    ...facts,
  });

test('each sync sample begins a part; columns, payload and decode times go along', () => {
  const parts = splitSegment(made({ sync: Uint8Array.of(1, 0, 1, 1, 0) }), true);
  assert.equal(
    parts.map((part) => [
      part.count,
      part.decodeTime,
      [...part.sizes],
      [...part.compositionOffsets],
      [...part.sync],
    ]),
    [
      [2, 1000, [3, 1], [0, 2], [1, 0]],
      [1, 1030, [4], [-1], [1]],
      [2, 1060, [1, 5], [0, 3], [1, 0]],
    ],
  );
  assert.equal(Buffer.concat(parts.map(({ data }) => data)), Buffer.concat(samples));
  assert.equal([...parts[2]!.data], [4, 5, 5, 5, 5, 5]);
});

test('what comes before the first sync sample is a part of its own', () => {
  const parts = splitSegment(made({ sync: Uint8Array.of(0, 0, 1, 0, 0) }), true);
  assert.equal(
    parts.map(({ count, sync }) => [count, sync[0]]),
    [
      [2, 0],
      [3, 1],
    ],
  );
});

test('subsamples and IVs stay with their samples', () => {
  const encryption = {
    ivSize: 8,
    ivs: Uint8Array.from({ length: 40 }, (_, at) => at >> 3),
    subsamples: {
      counts: Uint16Array.of(1, 2, 1, 3, 1),
      clear: Uint16Array.of(10, 20, 21, 30, 40, 41, 42, 50),
      protected: Uint32Array.of(1, 2, 2, 3, 4, 4, 4, 5),
    },
  };
  const parts = splitSegment(made({ sync: Uint8Array.of(1, 0, 1, 0, 0), encryption }), true);
  assert.equal(
    parts.map((part) => [...part.encryption!.subsamples!.clear]),
    [
      [10, 20, 21],
      [30, 40, 41, 42, 50],
    ],
  );
  assert.equal([...parts[1]!.encryption!.subsamples!.counts], [1, 3, 1]);
  assert.equal(
    [...parts[1]!.encryption!.ivs].filter((_, at) => at % 8 === 0),
    [2, 3, 4],
  );
});

test('unless it is asked for, a segment of one format stays whole', () => {
  const segment = made({ sync: Uint8Array.of(1, 0, 1, 1, 0) });
  assert.equal(splitSegment(segment, false), [segment]);
});

test.run();
