import { CounterRanges } from './iv-ranges.ts';
import { KeyPackets, type PlainPackets } from './key-packets.ts';
import type { MediaFacts, TrackFacts } from './package-facts.ts';
import { type PlainRows, SegmentRows } from './segment-rows.ts';

/** What was seen of a track, as plain data. */
interface PlainTrack extends Omit<TrackFacts, 'rows' | 'keyPackets' | 'counters'> {
  readonly rows: PlainRows;
  readonly keyPackets: PlainPackets;
  readonly counters: ReadonlyMap<string, BigUint64Array>;
}

/** Facts of media that cross a thread. */
export interface PlainFacts extends Omit<MediaFacts, 'tracks' | 'layouts'> {
  readonly tracks: readonly PlainTrack[];
}

/** To be sent: without layouts, which are soon read anew. */
export const plainFacts = ({ tracks, layouts: _, ...facts }: MediaFacts): PlainFacts => ({
  ...facts,
  tracks: tracks.map(({ rows, keyPackets, counters, ...track }) => ({
    ...track,
    rows: rows.plain(),
    keyPackets: keyPackets.plain(),
    counters: new Map([...counters].map(([kid, ranges]) => [kid, ranges.plain()])),
  })),
});

/** What was sent. */
export const factsOf = ({ tracks, ...facts }: PlainFacts): MediaFacts => ({
  ...facts,
  tracks: tracks.map(({ rows, keyPackets, counters, ...track }) => ({
    ...track,
    rows: new SegmentRows(rows),
    keyPackets: new KeyPackets(keyPackets),
    counters: new Map([...counters].map(([kid, ranges]) => [kid, new CounterRanges(ranges)])),
  })),
});
