import { fail } from '../base/errors.ts';
import { keepForOthers, reusedMemory, spoil } from '../base/reused-memory.ts';
import { nalLengthSize } from '../codecs/nal/length-size.ts';
import { type ByteSource, LARGEST_GAP } from '../io/byte-source.ts';
import type { SampleColumns, SampleTable } from '../media/samples.ts';
import type { Segment } from '../media/segment.ts';
import { samplesOf, type TimedTrack } from '../media/timed-track.ts';
import { type CodedTrack, describeTrack } from '../media/track.ts';

/** Reads in flight for one segment whose samples lie far apart: sound between 4K pictures. */
const READS_AT_ONCE = 8;

/** A file with hardly any key frames would be one segment. */
const LARGEST_SEGMENT = 2 ** 30;

/** Where gaps go; nobody looks at it, so all reads share it. */
const dropped = Buffer.allocUnsafeSlow(LARGEST_GAP);

/** Gives the segments of a track, each once and in order. */
export interface SegmentSource {
  /** The bytes of the answer are only valid until the third read after this one, or as many as were asked for. */
  read(index: number): Promise<Segment>;
}

/**
 * Reads a track segment by segment into a few buffers that are used again and again: touching fresh memory costs five
 * times as much as reading into it.
 */
export class SegmentReader implements SegmentSource {
  readonly #timed: TimedTrack;
  readonly #buffers: Uint8Array<ArrayBuffer>[];
  /** Slots that are being read into. */
  readonly #busy = new Set<number>();
  #reads = 0;

  /** @param atOnce segments in use at a time, the one that is being read included; `overlap` has three */
  constructor(timed: TimedTrack, atOnce = 3) {
    this.#timed = timed;
    this.#buffers = Array.from({ length: atOnce }, () => new Uint8Array(0));
  }

  /** Like {@link readSegment}, but the segment's bytes are only valid until the `atOnce`-th read after this one. */
  async read(index: number): Promise<Segment> {
    const slot = this.#reads++ % this.#buffers.length;
    this.#busy.add(slot);
    const segment = await readSegment(this.#timed, index, (bytes) => {
      let buffer = this.#buffers[slot]!;
      spoil(buffer);
      if (buffer.length < bytes) {
        keepForOthers(buffer);
        buffer = reusedMemory(bytes);
        this.#buffers[slot] = buffer;
      }
      return buffer.subarray(0, bytes);
    });
    this.#busy.delete(slot);
    return segment;
  }

  /** Free the memory, when nobody needs any of the segments any more. What is being read into is the collector's. */
  release(): void {
    for (const [slot, buffer] of this.#buffers.entries()) if (!this.#busy.has(slot)) keepForOthers(buffer);
    this.#buffers.fill(new Uint8Array(0));
  }
}

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
  const { facts, columns, bytes } = segmentFacts(timed, index);
  const data = allocate(bytes);
  await readAll(timed.track.source, planReads(columns, data));
  return { ...facts, data };
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
    decodeTime: decodeTimeOf(samples, first) + timing.shift,
    nalLengthSize: nalLengthSize(track),
  };
  return { facts, columns, bytes };
}

/** One contiguous range of the file, and where its bytes go, one piece after the other. */
interface Read {
  readonly position: number;
  readonly targets: Uint8Array[];
}

/** Find the contiguous runs of samples, and join runs over small gaps. */
function planReads({ count, offsets, sizes }: SegmentFacts['columns'], data: Uint8Array): Read[] {
  const reads: Read[] = [];
  let sample = 0;
  let at = 0;
  let previousEnd = 0;
  while (sample < count) {
    const position = offsets[sample]!;
    const from = at;
    let runEnd = position;
    for (; sample < count && offsets[sample] === runEnd; sample++) {
      runEnd += sizes[sample]!;
      at += sizes[sample]!;
    }
    const run = data.subarray(from, at);
    const gap = position - previousEnd;
    const read = reads.at(-1);
    if (read && gap >= 0 && gap <= LARGEST_GAP) read.targets.push(dropped.subarray(0, gap), run);
    else reads.push({ position, targets: [run] });
    previousEnd = runEnd;
  }
  return reads;
}

/** Some at a time: each is a system call in another thread. */
async function readAll(source: ByteSource, reads: readonly Read[]): Promise<void> {
  const queue = reads.values();
  const work = async (): Promise<void> => {
    for (const { position, targets } of queue) await source.read(position, targets);
  };
  await Promise.all(Array.from({ length: Math.min(READS_AT_ONCE, reads.length) }, work));
}

const decodeTimeOf = (samples: SampleTable, sample: number): number =>
  sample < samples.count ? samples.read(sample, sample + 1).dts[0]! : samples.duration;

const tooLarge = (track: CodedTrack, index: number, bytes: number) =>
  fail.unsupportedInput(
    track.source.name,
    `segment ${index + 1} of ${describeTrack(track)} has ${Math.round(bytes / 1e6)} MB, too much to hold in memory.`,
    'Encode the file with a key frame every few seconds.',
  );
