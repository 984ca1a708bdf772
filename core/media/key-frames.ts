import { firstAtOrAbove } from '../base/ascending.ts';
import { frameRate } from './frame-rate.ts';
import { requireSamples, type SampleColumns, type SampleTable } from './samples.ts';
import { emptyColumns } from './scan-samples.ts';
import type { TrickPlay, VideoTrack } from './track.ts';

/** Samples that are expanded at a time, where key frames follow one another. */
const MOST_AT_ONCE = 16_384;

/**
 * The key frames of a table, as a table: each is decoded when it is presented, and lasts until the next one. Bytes stay where they
 * are. One that is not presented after all before it is none: files that are not in order have such.
 */
export class KeyFrames implements SampleTable {
  readonly count: number;
  readonly duration: number;
  readonly bytes: number;
  /** All of them. */
  readonly syncSamples = undefined;
  /** Composition time of the first one in the table below, in ticks. */
  readonly start: number;
  readonly #below: SampleTable;
  /** Numbers in the table below. */
  readonly #numbers: Uint32Array;
  /** When each is presented, from the first on; then the end of the last. */
  readonly #times: Float64Array;

  /** @param end ticks from the first of them on: none is shown from there on */
  constructor(below: SampleTable, end = Number.POSITIVE_INFINITY) {
    const marked = below.syncSamples ?? Uint32Array.from({ length: below.count }, (_, number) => number);
    const numbers = new Uint32Array(marked.length);
    const times = new Float64Array(marked.length + 1);
    let [count, bytes, last] = [0, 0, Number.NEGATIVE_INFINITY];
    for (const [from, to] of neighbours(marked, 0, marked.length)) {
      const { dts, compositionOffsets, sizes } = below.read(marked[from]!, marked[to - 1]! + 1);
      for (let row = 0; row < to - from; row++) {
        const time = dts[row]! + compositionOffsets[row]!;
        if (time <= last || (count > 0 && time - times[0]! >= end)) continue;
        numbers[count] = marked[from + row]!;
        times[count++] = time;
        bytes += sizes[row]!;
        last = time;
      }
    }
    const start = times[0]!;
    const first = below.count > 0 ? below.compositionOffset(0) : 0;
    times[count] = Math.max(Math.min(first + below.duration, start + end), last + 1);
    for (let row = 0; row <= count; row++) times[row]! -= start;
    this.#below = below;
    this.#numbers = numbers.subarray(0, count);
    this.#times = times.subarray(0, count + 1);
    this.start = start;
    this.count = count;
    this.bytes = bytes;
    this.duration = count > 0 ? times[count]! : 0;
  }

  read(first: number, end: number): SampleColumns {
    if (!(first >= 0 && first <= end && end <= this.count))
      throw new RangeError(`key frames ${first} to ${end} of ${this.count}`);
    const columns = emptyColumns(first, end - first);
    const formats = this.#below.read(0, 0).formats && new Uint8Array(end - first);
    for (const [from, to] of neighbours(this.#numbers, first, end)) {
      const below = this.#below.read(this.#numbers[from]!, this.#numbers[to - 1]! + 1);
      columns.offsets.set(below.offsets, from - first);
      columns.sizes.set(below.sizes, from - first);
      if (below.formats) formats?.set(below.formats, from - first);
    }
    const times = this.#times;
    for (let row = 0, at = first; at < end; row++, at++) {
      columns.dts[row] = times[at]!;
      columns.durations[row] = times[at + 1]! - times[at]!;
    }
    columns.sync.fill(1);
    return { ...columns, ...(formats && { formats }) };
  }

  decodeTime(sample: number): number {
    requireSamples(this, sample, sample + 1);
    return this.#times[sample]!;
  }

  compositionOffset(sample: number): number {
    requireSamples(this, sample, sample + 1);
    return 0;
  }

  atOrAfter(dts: number): number {
    return firstAtOrAbove(this.#times.subarray(0, this.count), dts);
  }

  /** The first key frame that is not in front of a sample of the table below. */
  from(sample: number): number {
    return firstAtOrAbove(this.#numbers, sample);
  }
}

/** Pieces of ascending numbers that follow one another: rows `from` (inclusive) to `to` (exclusive). */
function* neighbours(
  numbers: Uint32Array,
  first: number,
  end: number,
): Generator<[from: number, to: number]> {
  for (let from = first; from < end; ) {
    let to = from + 1;
    while (to < end && to - from < MOST_AT_ONCE && numbers[to] === numbers[to - 1]! + 1) to++;
    yield [from, to];
    from = to;
  }
}

/** A track of pictures for trick play: the key frames of another one, presented when they are there. */
export interface KeyFrameTrack extends VideoTrack {
  readonly trickPlay: TrickPlay;
  readonly samples: KeyFrames;
}

/**
 * Make a track of the key frames of another one. It may have none.
 * @param end ticks from the first of them on: none is shown from there on @default the end of the other one
 */
export function keyFrameTrack(track: VideoTrack, trickPlay: TrickPlay, end?: number): KeyFrameTrack {
  const { markers: _, ...facts } = track;
  const samples = new KeyFrames(track.samples, end);
  const { count, duration, bytes, start } = samples;
  return {
    ...facts,
    trickPlay,
    samples,
    duration,
    sampleCount: count,
    bytes,
    presentationOffset: track.presentationOffset - start,
    video: {
      ...track.video,
      frameRate: count > 0 ? rateOf(samples, track.timescale) : track.video.frameRate,
    },
  };
}

/** The last lasts as long as there is something to show, whatever the others do. */
function rateOf(samples: KeyFrames, timescale: number) {
  const { count, duration } = samples;
  const seen = new Map<number, number>();
  let commonest = { ticks: 0, samples: 0 };
  for (let first = 0; first < count; first += MOST_AT_ONCE) {
    for (const ticks of samples.read(first, Math.min(count, first + MOST_AT_ONCE)).durations) {
      const times = (seen.get(ticks) ?? 0) + 1;
      seen.set(ticks, times);
      if (times > commonest.samples) commonest = { ticks, samples: times };
    }
  }
  return frameRate({ count, duration, commonestDuration: commonest }, timescale);
}
