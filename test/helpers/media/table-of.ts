import { requireSamples, type SampleTable } from '../../../core/media/samples.ts';

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
