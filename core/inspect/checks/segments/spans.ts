import { mainTrack, presented } from '../check.ts';
import type { RenditionFacts, TrackFacts } from '../package-facts.ts';
import { rowsOfSegments } from './rows-of-segments.ts';

/** A listed segment, as it is: seconds on the timeline of the package. */
export interface Span {
  /** Index in the list. */
  readonly index: number;
  /** The earliest presentation in it; what its samples last. */
  readonly start: number;
  readonly duration: number;
  /** Presentation of its first sample: of video the key frame, before which pictures of an open GOP are shown. */
  readonly key: number;
  /** Of the fragments that it is made of, when decoded one after the other: jumps between them. */
  readonly jump: number;
  readonly startsWithSync: boolean;
  readonly file: string;
  readonly position: number;
}

/** What each listed segment of a rendition lasts; `undefined` of one that no samples were found for. */
export function spansOf(rendition: RenditionFacts, track: TrackFacts): (Span | undefined)[] {
  const { timescale } = track.track;
  return rowsOfSegments(rendition, track).map((indexes, index) => {
    const rows = indexes.map((row) => track.rows.at(row));
    const [first] = rows;
    if (!first) return undefined;
    let ticks = 0;
    let jump = 0;
    for (const [at, row] of rows.entries()) {
      ticks += row.decodeEnd - row.decodeStart;
      const before = rows[at - 1];
      if (before) jump = Math.max(jump, Math.abs(row.decodeStart - before.decodeEnd));
    }
    const start = rows.reduce((least, row) => Math.min(least, row.start), first.start);
    return {
      index,
      start: presented(rendition, track, start),
      duration: ticks / timescale,
      key: presented(rendition, track, first.firstStart),
      jump: jump / timescale,
      startsWithSync: first.startsWithSync,
      file: first.file,
      position: first.position,
    };
  });
}

/** A rendition whose samples play one after the other, with what its segments last. */
export interface Timed {
  readonly rendition: RenditionFacts;
  readonly track: TrackFacts;
  readonly spans: readonly (Span | undefined)[];
  /** Seconds that a listed time may be off: a sample of audio is not cut. */
  readonly tolerance: number;
}

/** `undefined`: it was not read, or lists single pictures. */
export function timed(rendition: RenditionFacts): Timed | undefined {
  const track = mainTrack(rendition);
  const { kind } = rendition.listed;
  if (!track || track.samples === 0 || kind === 'trick' || kind === 'image') return undefined;
  const longest = track.longest / track.track.timescale;
  return {
    rendition,
    track,
    spans: spansOf(rendition, track),
    tolerance: Math.max(0.02, Math.min(1.5 * longest, 0.1)),
  };
}

/** The middle of a list. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[sorted.length >> 1] ?? 0;
}
