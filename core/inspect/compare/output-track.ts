import type { MediaSegment } from '../model/media-segment.ts';
import type { SourceSamples } from '../model/source-title.ts';
import type { TrackReader } from '../model/track-reader.ts';
import type { SampleData, SampleRows } from './sample-rows.ts';
import type { Tally } from './tally.ts';

/** The times of a package: how far they are ahead of those of the title. */
export interface PackageClock {
  /** Seconds; `undefined`: nothing says it, and the first track that is compared tells, as of MPEG-TS. */
  offset: number | undefined;
  /** The same by the first samples that differ, as under a wrong key: for want of a better one. */
  guess?: number;
}

/** A track of a package, with what is said of it outside of it. */
export interface OutputTrack {
  /** The id of its Representation, or the path of its playlist. */
  readonly rendition: string;
  readonly reader: TrackReader;
  /** The file that a segment is in, relative to the package. */
  fileOf(segment: MediaSegment): string;
  /** Where each sample begins in it, where the reader says that. @default from the place of the segment */
  positionsOf?(segment: MediaSegment): Float64Array | undefined;
  /** As the manifest says it, where the track does not. */
  readonly language: string | undefined;
  readonly clock: PackageClock;
  /** Ticks of its media that are at 0 of the package's clock: those before its edit list; 0 where all tracks have one clock, as in MPEG-TS. */
  readonly zero: number;
  /** Seconds that its times are ahead of the package's, as `presentationTimeOffset` beside an edit list may say. @default 0 */
  readonly ahead?: number;
  /** Of its rendition among those of its kind in the package, from 0. */
  readonly place: number;
  /** It has some of the pictures alone: those for trick play. */
  readonly isPart: boolean;
  /** Another rendition lists its samples, which lie in the same file: here there may be none. */
  readonly isElsewhere?: boolean;
  /** Told of each segment once, in order: who looks at other things beside need not read it again. */
  onSegment?(segment: MediaSegment): void;
}

/** The samples of a track of a package, as they are compared: decrypted, with times of presentation. */
export async function* outputRows(
  { reader, fileOf, positionsOf, zero, ahead = 0, onSegment }: OutputTrack,
  tally: Tally,
  files: string[],
  isTold: boolean,
): AsyncGenerator<SampleRows, void> {
  const { timescale } = reader.track;
  for await (const segment of reader.segments()) {
    if (isTold) onSegment?.(segment);
    if (segment.missingKeys.length > 0) tally.hasMissingKeys = true;
    const { count, decodeTimes, compositionOffsets } = segment;
    const times = new Float64Array(count);
    for (let i = 0; i < count; i++)
      times[i] = (decodeTimes[i]! + compositionOffsets[i]! - zero) / timescale - ahead;
    const file = fileOf(segment);
    if (files.at(-1) !== file) files.push(file);
    yield {
      count,
      data: segment.clear,
      starts: segment.clearStarts,
      stored: { data: segment.stored, starts: segment.starts },
      times,
      keys: keysOf(segment, tally),
      positions: positionsOf?.(segment) ?? positionsIn(segment),
      files: new Uint32Array(count).fill(files.length - 1),
    };
  }
}

function positionsIn({ count, position, starts }: MediaSegment): Float64Array {
  const positions = new Float64Array(count);
  for (let i = 0; i < count; i++) positions[i] = position + starts[i]! - starts[0]!;
  return positions;
}

/** Which key each sample is under; none where nothing of it went through the cipher. */
function keysOf(segment: MediaSegment, tally: Tally): Int16Array {
  const { count, protections, protectedBy, protectedBytes } = segment;
  const numbers = protections.map(({ kid, scheme, isProtected }) =>
    isProtected ? tally.keyNumber(kid ?? scheme) : -1,
  );
  const keys = new Int16Array(count);
  for (let i = 0; i < count; i++) keys[i] = protectedBytes[i]! > 0 ? (numbers[protectedBy[i]!] ?? -1) : -1;
  return keys;
}

const NOT_STORED: SampleData = { data: new Uint8Array(0), starts: new Uint32Array(0) };
const NO_KEYS = new Int16Array(0);
const NO_POSITIONS = new Float64Array(0);
const NO_FILES = new Uint32Array(0);

/** The samples of a source, as they are compared. */
export async function* sourceRows(samples: AsyncIterable<SourceSamples>): AsyncGenerator<SampleRows, void> {
  for await (const { count, data, starts, times } of samples)
    yield {
      ...{ count, data, starts, times, stored: NOT_STORED },
      ...{ keys: NO_KEYS, positions: NO_POSITIONS, files: NO_FILES },
    };
}
