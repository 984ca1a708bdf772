import { fail } from '../base/errors.ts';
import { inTurns } from '../base/in-turns.ts';
import { nalLengthSize } from '../codecs/nal/length-size.ts';
import { type ByteSource, LARGEST_GAP } from '../io/byte-source.ts';
import { decodeTimeOrEnd, type SampleColumns } from '../media/samples.ts';
import type { Segment } from '../media/segment.ts';
import { samplesOf, type TimedTrack } from '../media/timed-track.ts';
import { type CodedTrack, describeTrack } from '../media/track.ts';

/** Reads in flight for one segment whose samples lie far apart: sound between 4K pictures. */
const READS_AT_ONCE = 8;

/** A file with hardly any key frames would be one segment. */
const LARGEST_SEGMENT = 2 ** 30;

/** Where gaps go; nobody looks at it, so all reads share it. */
const dropped = Buffer.allocUnsafeSlow(LARGEST_GAP);

/**
 * Read one segment of a track: its samples' bytes into one buffer, its facts into columns, times as they are written.
 * @param allocate gives the buffer; exactly as long as asked for
 * @throws PackagerError INPUT_NOT_READABLE when the file cannot be read, UNSUPPORTED_INPUT when the segment is too
 * large to be held in memory
 */
export async function readSegment(
  timed: TimedTrack,
  index: number,
  allocate: (bytes: number) => Uint8Array = Buffer.allocUnsafeSlow,
): Promise<Segment> {
  const [segment] = await readSegments([{ timed, index, allocate }]);
  return segment!;
}

/** A segment that is asked for. */
export interface WantedSegment {
  readonly timed: TimedTrack;
  readonly index: number;
  /** Gives the buffer; exactly as long as asked for. */
  readonly allocate: (bytes: number) => Uint8Array;
}

/**
 * Read segments of tracks that lie in one source, in one go: what lies between the samples of one is the samples of another, mostly.
 * @throws PackagerError as of {@link readSegment}
 */
export async function readSegments(wanted: readonly WantedSegment[]): Promise<Segment[]> {
  const runs: Run[] = [];
  const segments = wanted.map(({ timed, index, allocate }) => {
    const { facts, columns, bytes } = segmentFacts(timed, index);
    const data = allocate(bytes);
    addRuns(columns, data, runs);
    return { ...facts, data };
  });
  const [first] = wanted;
  if (first) await readAll(first.timed.track.source, layered(runs, wanted.length).flatMap(planReads));
  return segments;
}

/** All that is known of a segment without reading it. */
export interface SegmentFacts {
  readonly facts: Omit<Segment, 'data'>;
  /** Where its samples lie in the input. */
  readonly columns: Pick<SampleColumns, 'count' | 'offsets' | 'sizes'>;
  /** Of all its samples. */
  readonly bytes: number;
}

/** @throws PackagerError SEGMENT_TOO_LARGE when it is too large to be held in memory */
export function segmentFacts(timed: TimedTrack, index: number): SegmentFacts {
  const { track, timing } = timed;
  const { samples } = track;
  const { first, end } = samplesOf(timed, index);
  const columns = samples.read(first, end);
  const { count, sizes, durations, sync, compositionOffsets, formats } = columns;
  let bytes = 0;
  for (let i = 0; i < count; i++) bytes += sizes[i]!;
  if (bytes > LARGEST_SEGMENT) throw tooLarge(track, index, bytes);
  for (let i = 0; i < count; i++) compositionOffsets[i]! -= timing.compositionShift;
  const facts = {
    track,
    index,
    count,
    sizes,
    durations,
    compositionOffsets,
    sync,
    ...(formats && { formats }),
    decodeTime: decodeTimeOrEnd(samples, first) + timing.shift,
    nalLengthSize: nalLengthSize(track),
  };
  return { facts, columns, bytes };
}

/** Samples that lie one behind the other in the input, and where they go. */
interface Run {
  readonly position: number;
  readonly target: Uint8Array;
}

/** Find the contiguous runs of samples. */
function addRuns({ count, offsets, sizes }: SegmentFacts['columns'], data: Uint8Array, runs: Run[]): void {
  let sample = 0;
  let at = 0;
  while (sample < count) {
    const position = offsets[sample]!;
    const from = at;
    let runEnd = position;
    for (; sample < count && offsets[sample] === runEnd; sample++) {
      runEnd += sizes[sample]!;
      at += sizes[sample]!;
    }
    runs.push({ position, target: data.subarray(from, at) });
  }
}

/** One contiguous range of the file, and where its bytes go, one piece after the other. */
interface Read {
  readonly position: number;
  readonly targets: Uint8Array[];
}

/**
 * Runs of several tracks in the order of the input. What two tracks share (pictures, and key frames alone) is read twice: the second
 * time with what else is left, so that it does not cut the first way through in pieces.
 */
function layered(runs: Run[], tracks: number): Run[][] {
  if (tracks === 1) return [runs];
  let left = runs.sort((one, other) => one.position - other.position);
  const layers: Run[][] = [];
  for (let track = 1; track < tracks && left.length > 0; track++) {
    const [layer, rest]: [Run[], Run[]] = [[], []];
    let end = 0;
    for (const run of left) {
      const isFree = run.position >= end;
      (isFree ? layer : rest).push(run);
      if (isFree) end = run.position + run.target.length;
    }
    layers.push(layer);
    left = rest;
  }
  return [...layers, left];
}

/** Join runs over small gaps, in their order. */
function planReads(runs: readonly Run[]): Read[] {
  const reads: Read[] = [];
  let previousEnd = 0;
  for (const { position, target } of runs) {
    const gap = position - previousEnd;
    const read = reads.at(-1);
    if (read && gap === 0) read.targets.push(target);
    else if (read && gap > 0 && gap <= LARGEST_GAP) read.targets.push(dropped.subarray(0, gap), target);
    else reads.push({ position, targets: [target] });
    previousEnd = position + target.length;
  }
  return reads;
}

/** Some at a time: each is a system call in another thread. */
const readAll = (source: ByteSource, reads: readonly Read[]): Promise<unknown> =>
  inTurns(reads, ({ position, targets }) => source.read(position, targets), READS_AT_ONCE);

const tooLarge = (track: CodedTrack, index: number, bytes: number) =>
  fail.unsupportedInput(
    track.source.name,
    `segment ${index + 1} of ${describeTrack(track)} has ${Math.round(bytes / 1e6)} MB, too much to hold in memory.`,
    'Encode the file with a key frame every few seconds.',
  );
