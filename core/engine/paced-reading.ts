import type { ByteSource } from '../io/byte-source.ts';
import type { TimedTrack } from '../media/timed-track.ts';
import type { SegmentSource } from '../title/segment-reader.ts';
import type { Lane } from './pace.ts';

/** The same segments, none before the lane has come so far in the input. */
export const pacedSegments = (
  source: SegmentSource,
  { track: { samples }, timing }: TimedTrack,
  lane: Lane,
): SegmentSource => ({
  async read(index) {
    const first = timing.segmentStarts[index] ?? samples.count;
    if (first < samples.count) await lane.reach(samples.read(first, first + 1).offsets[0]!);
    return source.read(index);
  },
});

/** The same bytes, none before the lane has come so far. */
export const pacedSource = (source: ByteSource, lane: Lane): ByteSource => ({
  name: source.name,
  size: source.size,
  async read(position, targets) {
    await lane.reach(position);
    return source.read(position, targets);
  },
  close: () => source.close(),
});
