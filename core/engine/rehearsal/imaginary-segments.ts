import type { Segment } from '../../media/segment.ts';
import type { TimedTrack } from '../../media/timed-track.ts';
import { segmentFacts } from '../../title/read-segment.ts';
import type { SegmentSource } from '../../title/segment-reader.ts';
import { NalSamples } from './nal-samples.ts';

/** No byte of it looks like a start code. */
const FILLING = 0xff;

/** The segments of a track with their real facts and bytes of nobody: what a rehearsal reads in place of the input. */
export class ImaginarySegments implements SegmentSource {
  readonly #timed: TimedTrack;
  readonly #nalSamples: NalSamples | undefined;
  readonly #buffers: Buffer[];
  #reads = 0;

  /** @param first the first samples of the track */
  constructor(timed: TimedTrack, first: Segment | undefined, atOnce = 3) {
    this.#timed = timed;
    this.#nalSamples = first && NalSamples.like(first);
    this.#buffers = Array.from({ length: atOnce }, () => Buffer.alloc(0));
  }

  async read(index: number): Promise<Segment> {
    const { facts, bytes } = segmentFacts(this.#timed, index);
    const slot = this.#reads++ % this.#buffers.length;
    let buffer = this.#buffers[slot]!;
    if (buffer.length < bytes) {
      buffer = Buffer.alloc(Math.ceil(bytes * 1.25), FILLING);
      this.#buffers[slot] = buffer;
    }
    const data = buffer.subarray(0, bytes);
    if (this.#nalSamples) {
      // Lengths of the segment that was here before may look like start codes.
      data.fill(FILLING);
      for (let sample = 0, from = 0; sample < facts.count; sample++) {
        const to = from + facts.sizes[sample]!;
        this.#nalSamples.write(data, from, to, facts.sync[sample] === 1);
        from = to;
      }
    }
    return { ...facts, data };
  }
}
