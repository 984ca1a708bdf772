/** The clear part of each HEVC slice is exactly its NAL unit header and slice header: ffmpeg counts the same. */

import * as assert from 'uvu/assert';
import { type CodedTrack, createRangeFinder, openFile, ProtectedRanges } from '../../core/kit.ts';
import { sideBySide } from '../helpers/commands/side-by-side.ts';
import { HEVC_MEDIA } from '../helpers/media/hevc-media.ts';
import { demux } from '../helpers/oracles/read-mp4.ts';
import { escapedBytes, tracedSliceHeaders } from '../helpers/oracles/slice-headers.ts';

const test = sideBySide('hevc slice headers');

/** Samples in decode order. */
async function samplesOf({ samples, source }: CodedTrack): Promise<Uint8Array[]> {
  const { offsets, sizes } = samples.read(0, samples.count);
  const all = Array.from(sizes, (size) => new Uint8Array(size));
  for (const [index, sample] of all.entries()) await source.read(offsets[index]!, [sample]);
  return all;
}

for (const media of HEVC_MEDIA) {
  test(`${media.describe}: end where ffmpeg's trace_headers says`, async () => {
    const path = await media.file();
    const traced = await tracedSliceHeaders(path);
    const source = await openFile(path);
    const track = (await demux(source)).tracks![0]!;
    const finder = createRangeFinder(track)!;
    const ranges = new ProtectedRanges();
    let slice = 0;
    for (const sample of await samplesOf(track)) {
      ranges.clear();
      finder.find(sample, 0, sample.length, ranges);
      const view = new DataView(sample.buffer);
      let index = 0;
      for (let at = 0; at < sample.length; ) {
        const start = at + 4;
        at = start + view.getUint32(at);
        if (sample[start]! >> 1 >= 32) continue; // not a slice
        const nal = sample.subarray(start, at);
        assert.is(ranges.start(index) - start, escapedBytes(nal, traced[slice]!), `slice ${slice}`);
        assert.is(ranges.end(index), at);
        index += 1;
        slice += 1;
      }
      assert.is(ranges.count, index);
    }
    await source.close();
    assert.is(slice, traced.length);
    assert.ok(slice >= 75);
  });
}

test.run();
