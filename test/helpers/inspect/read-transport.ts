import type { TransportMedia, TransportReader } from '../../../core/inspect/mpegts/transport.ts';

const START_CODE = Buffer.from([0, 0, 1]);

/** What was read of a stream: copies of all samples, and their columns. */
export interface ReadStream {
  /** NAL units of each sample, or the sample; parameter sets and delimiters are left out, which muxers write anew. */
  readonly samples: Buffer[][];
  readonly times: number[];
  /** Decode times plus composition offsets. */
  readonly presentation: number[];
  readonly protectedBytes: number[];
  /** Key id, or undefined. */
  readonly keys: (string | undefined)[];
  readonly sync: boolean[];
  readonly missing: Set<string>;
  /** Listed segment of each sample. */
  readonly listed: number[];
}

const REWRITTEN: ReadonlySet<number> = new Set([7, 8, 9, 13]);

/** Read a stream to its end, and check of each segment that its columns fit together. */
export async function readStream(reader: TransportReader): Promise<ReadStream> {
  const read: ReadStream = {
    samples: [],
    times: [],
    presentation: [],
    protectedBytes: [],
    keys: [],
    sync: [],
    missing: new Set(),
    listed: [],
  };
  let index = 0;
  for await (const segment of reader.segments()) {
    if (segment.index !== index) throw new Error(`segment ${segment.index}, not ${index}`);
    index += 1;
    addSegment(read, segment, reader.track.byteStream === true);
  }
  return read;
}

function addSegment(read: ReadStream, segment: TransportMedia, isByteStream: boolean): void {
  for (const id of segment.missingKeys) read.missing.add(id);
  for (let row = 0; row < segment.count; row++) {
    const clear = Buffer.from(segment.clear.subarray(segment.clearStarts[row], segment.clearStarts[row + 1]));
    checkRanges(segment, row, clear.length);
    read.samples.push(isByteStream ? unitsOf(clear) : [clear]);
    read.times.push(segment.decodeTimes[row]!);
    read.presentation.push(segment.decodeTimes[row]! + segment.compositionOffsets[row]!);
    read.protectedBytes.push(segment.protectedBytes[row]!);
    read.keys.push(segment.protections[segment.protectedBy[row]!]?.kid);
    read.sync.push(segment.sync[row] === 1);
    read.listed.push(segment.listed);
  }
}

/** Ranges cover a sample, or there are none. */
function checkRanges(segment: TransportMedia, row: number, length: number): void {
  const from = 2 * segment.subsampleStarts[row]!;
  const to = 2 * segment.subsampleStarts[row + 1]!;
  const covered = segment.subsamples.subarray(from, to).reduce((sum, bytes) => sum + bytes, 0);
  if (to > from && covered !== length) throw new Error(`ranges cover ${covered} bytes of ${length}`);
}

function unitsOf(bytes: Buffer): Buffer[] {
  const units: Buffer[] = [];
  for (let at = bytes.indexOf(START_CODE); at >= 0; ) {
    const next = bytes.indexOf(START_CODE, at + 3);
    let end = next < 0 ? bytes.length : next;
    while (bytes[end - 1] === 0) end -= 1;
    const unit = bytes.subarray(at + 3, end);
    if (!REWRITTEN.has(unit[0]! & 31)) units.push(unit);
    at = next;
  }
  return units;
}
