import { Until } from '../base/until.ts';
import type { ByteSource } from '../io/byte-source.ts';
import type { Segment } from '../media/segment.ts';
import { sampleCount, type TimedTrack } from '../media/timed-track.ts';
import { readSegments } from './read-segment.ts';
import { SegmentMemory, type SegmentRoom } from './segment-memory.ts';
import type { OwnedSegments } from './segment-reader.ts';

/**
 * Segments of several tracks of one input, read together by those who write them at the same time: in a file whose sound lies between
 * its pictures each byte is read once, not once a track. Who asks first for a segment reads that of the others as well, as long as they
 * come along; nobody gets more than a segment ahead of who reads the same input, or what was read would wait in memory.
 *
 * Nobody waits for who has not begun to read or is over, so the last one always goes on.
 */
export class JointReading {
  readonly #lanes = new Set<Lane>();
  readonly #until = new Until();

  /** For somebody who is going to read some of the tracks. */
  enter(): JointReader {
    return new JointReader({
      lanes: this.#lanes,
      tell: () => this.#until.tell(),
      near: (lane, index) => this.#near(lane, index),
    });
  }

  /** One of them has failed: the others need not go on. */
  stop(): void {
    this.#until.stop();
  }

  /** Wait until nobody else who reads the same input is two segments behind. @throws PackagerError CANCELLED when one has failed */
  #near(lane: Lane, index: number): Promise<void> {
    const isBehind = ({ source, reader }: Lane): boolean =>
      source === lane.source && reader !== lane.reader && reader.at >= 0 && reader.at < index - 1;
    return this.#until.isSo(() => ![...this.#lanes].some(isBehind));
  }
}

interface JointHost {
  readonly lanes: Set<Lane>;
  tell(): void;
  near(lane: Lane, index: number): Promise<void>;
}

/** One who reads, whatever number of tracks. */
export class JointReader {
  readonly #host: JointHost;
  readonly #lanes: Lane[] = [];
  #at = -1;

  constructor(host: JointHost) {
    this.#host = host;
  }

  /** The furthest segment that was asked for; -1: it has not begun. */
  get at(): number {
    return this.#at;
  }

  /** The segments of a track. @param atOnce as of `SegmentReader` */
  segments(timed: TimedTrack, atOnce = 3): OwnedSegments {
    const lane = new Lane(this, timed, atOnce);
    this.#lanes.push(lane);
    this.#host.lanes.add(lane);
    return { read: (index) => this.#read(lane, index), release: () => lane.release() };
  }

  /** It reads no more. */
  leave(): void {
    for (const lane of this.#lanes.splice(0)) this.#host.lanes.delete(lane);
    this.#host.tell();
  }

  async #read(lane: Lane, index: number): Promise<Segment> {
    lane.begin(index);
    this.#at = Math.max(this.#at, index);
    this.#host.tell();
    await this.#host.near(lane, index);
    const found = lane.take(index);
    if (found) return found;
    const others = [...this.#host.lanes].filter((other) => other !== lane && other.comesAlong(lane, index));
    fetchTogether([lane, ...others], index);
    return lane.take(index)!;
  }
}

/** Read the segments of a number for some lanes, of which some may not have asked for it yet. */
function fetchTogether(lanes: readonly Lane[], index: number): void {
  const rooms = lanes.map((lane) => lane.room());
  const reading = readSegments(lanes.map(({ timed }, n) => ({ timed, index, allocate: rooms[n]!.allocate })));
  for (const [n, lane] of lanes.entries())
    lane.keep(
      index,
      reading.then((segments) => {
        rooms[n]!.done();
        return segments[n]!;
      }),
    );
}

/** One track that somebody reads. */
class Lane {
  readonly reader: JointReader;
  readonly timed: TimedTrack;
  readonly #memory: SegmentMemory;
  /** The number of the read that has begun last. */
  #number = -1;
  /** The segment that was asked for and is not being read yet. */
  #asked: number | undefined;
  /** What is being read, or was, and nobody has taken. */
  #kept: { readonly index: number; readonly segment: Promise<Segment> } | undefined;
  /** The last segment that was read. */
  #last = -1;

  constructor(reader: JointReader, timed: TimedTrack, atOnce: number) {
    this.reader = reader;
    this.timed = timed;
    this.#memory = new SegmentMemory(atOnce);
  }

  get source(): ByteSource {
    return this.timed.track.source;
  }

  begin(index: number): void {
    this.#number = this.#memory.begin();
    this.#asked = index;
  }

  /** Whether it needs a segment next that another lane reads, and has room for it. */
  comesAlong(lane: Lane, index: number): boolean {
    if (this.source !== lane.source || this.#kept) return false;
    return this.#asked === undefined ? this.#next() === index : this.#asked === index;
  }

  /** Room for what it has asked for, or for what it asks for next. */
  room(): SegmentRoom {
    return this.#memory.room(this.#asked === undefined ? this.#number + 1 : this.#number);
  }

  keep(index: number, segment: Promise<Segment>): void {
    segment.catch(ignore); // whoever asks for it hears of it; until then a failure must not go unhandled
    this.#kept = { index, segment };
    this.#last = index;
  }

  /** The segment that it has asked for, if it is there or on its way. */
  take(index: number): Promise<Segment> | undefined {
    const kept = this.#kept;
    this.#kept = undefined;
    if (kept?.index !== index) return undefined;
    this.#asked = undefined;
    return kept.segment;
  }

  release(): void {
    this.#memory.release();
  }

  #next(): number {
    let index = this.#last + 1;
    while (index < this.timed.timing.segmentStarts.length && sampleCount(this.timed, index) === 0) index++;
    return index;
  }
}

const ignore = (): void => {};
