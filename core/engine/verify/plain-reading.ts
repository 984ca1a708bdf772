import { factsOf, type PlainFacts } from '../../inspect/checks/plain-facts.ts';
import type { PackageClock } from '../../inspect/compare/output-track.ts';
import type { SourceTitle } from '../../inspect/model/source-title.ts';
import type { KnownKeysData } from '../known-keys.ts';
import type { ReadRendition, RenditionToRead } from './read-rendition.ts';

/** A rendition for a thread to read. Holds keys: it crosses threads of this process, and is never logged or stored. */
export interface ReadingWork {
  readonly rendition: RenditionToRead;
  /** Of its package. */
  readonly folder: string;
  readonly keys: KnownKeysData;
}

/** What was found out about it, as plain data. */
export interface PlainReading extends Pick<ReadRendition, 'findings' | 'claims'> {
  readonly media: PlainFacts | undefined;
  /** Tracks of the source that it holds, by their places in that. */
  readonly found: readonly number[];
  readonly clock: PackageClock;
  /** Bytes of files that were opened. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** What the thread that asked makes of it. */
export const readingOf = (
  { media, findings, claims, found }: PlainReading,
  source: SourceTitle | undefined,
): ReadRendition => ({
  media: media && factsOf(media),
  findings,
  claims,
  found: new Set(found.flatMap((place) => source?.tracks[place] ?? [])),
});
