import type { Segment } from '../media/segment.ts';
import type { TimedTrack } from '../media/timed-track.ts';
import { readSegment } from './read-segment.ts';
import { SegmentMemory } from './segment-memory.ts';

/** Gives the segments of a track, each once and in order. */
export interface SegmentSource {
  /** The bytes of the answer are only valid until the third read after this one, or as many as were asked for. */
  read(index: number): Promise<Segment>;
}

/** A source of segments that has memory to give back. */
export interface OwnedSegments extends SegmentSource {
  /** Free the memory, when nobody needs any of the segments any more. */
  release(): void;
}

/** Reads a track segment by segment into a few buffers that are used again and again. */
export class SegmentReader implements OwnedSegments {
  readonly #timed: TimedTrack;
  readonly #memory: SegmentMemory;

  /** @param atOnce segments in use at a time, the one that is being read included; `overlap` has three */
  constructor(timed: TimedTrack, atOnce = 3) {
    this.#timed = timed;
    this.#memory = new SegmentMemory(atOnce);
  }

  /** Like {@link readSegment}, but the segment's bytes are only valid until the `atOnce`-th read after this one. */
  async read(index: number): Promise<Segment> {
    const room = this.#memory.room(this.#memory.begin());
    const segment = await readSegment(this.#timed, index, room.allocate);
    room.done();
    return segment;
  }

  release(): void {
    this.#memory.release();
  }
}
