import * as assert from 'uvu/assert';
import { requireSamples, type SampleTable } from '../../../core/media/samples.ts';
import { bytesOf } from '../../../core/media/scan-samples.ts';

/** A table of which only reading is made: what it says of single samples is what that says. */
export const tableOf = (made: Omit<SampleTable, 'decodeTime' | 'compositionOffset'>): SampleTable => ({
  ...made,
  decodeTime(sample) {
    requireSamples(made, sample, sample + 1);
    return made.read(sample, sample + 1).dts[0]!;
  },
  compositionOffset(sample) {
    requireSamples(made, sample, sample + 1);
    return made.read(sample, sample + 1).compositionOffsets[0]!;
  },
});

/** What a table says of single samples is what it says of them in a row; so is the sum of their sizes. */
export function checkSingles(samples: SampleTable): void {
  const { dts, compositionOffsets, sizes } = samples.read(0, samples.count);
  for (let sample = 0; sample < samples.count; sample++) {
    assert.is(samples.decodeTime(sample), dts[sample], `decode time of ${sample}`);
    assert.is(samples.compositionOffset(sample), compositionOffsets[sample], `offset of ${sample}`);
    const end = Math.min(samples.count, sample + 1 + (sample % 37));
    const sum = sizes.subarray(sample, end).reduce((all, size) => all + size, 0);
    assert.is(bytesOf(samples, sample, end), sum, `bytes of ${sample} to ${end}`);
  }
  for (const none of [-1, samples.count, Number.NaN]) {
    assert.throws(() => samples.decodeTime(none), /^samples .* of \d+$/);
    assert.throws(() => samples.compositionOffset(none), /^samples .* of \d+$/);
  }
}
