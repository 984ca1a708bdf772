import { baseLayerOf } from '../../codecs/nal/base-layer.ts';
import type { Segment } from '../../media/segment.ts';
import { filledSegments, type TimedTrack } from '../../media/timed-track.ts';
import { segmentFacts } from '../../title/read-segment.ts';

/** As many show how an encoder writes: a key picture, and some that follow it. */
const MOST = 8;

/**
 * The first samples of a track, read as the start of its first segment, every NAL unit with a length of its own; `undefined` for
 * a track without samples.
 */
export async function firstSamples(timed: TimedTrack): Promise<Segment | undefined> {
  const [index] = filledSegments(timed);
  if (index === undefined) return undefined;
  const { facts, columns } = segmentFacts(timed, index);
  const count = Math.min(MOST, facts.count);
  const sizes = facts.sizes.subarray(0, count);
  const data = Buffer.allocUnsafeSlow(sizes.reduce((sum, size) => sum + size, 0));
  let at = 0;
  for (let sample = 0; sample < count; sample++) {
    const bytes = data.subarray(at, at + sizes[sample]!);
    await timed.track.source.read(columns.offsets[sample]!, [bytes]);
    at += bytes.length;
  }
  const apart = baseLayerOf(timed.track, { others: true });
  return apart({
    ...facts,
    count,
    data,
    sizes,
    durations: facts.durations.subarray(0, count),
    compositionOffsets: facts.compositionOffsets.subarray(0, count),
    sync: facts.sync.subarray(0, count),
    ...(facts.formats && { formats: facts.formats.subarray(0, count) }),
  });
}
