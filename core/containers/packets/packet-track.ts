import { BitstreamError } from '../../base/bit-reader.ts';
import { clockTime } from '../../base/clock-time.ts';
import { explainDamage } from '../../base/damage.ts';
import { fail, type PackagerError } from '../../base/errors.ts';
import { reduced } from '../../base/fraction.ts';
import { GrowingDoubles } from '../../base/growing-column.ts';
import { type Soon, soon } from '../../base/soon.ts';
import type { SoundFacts } from '../../media/sound-use.ts';
import { frameDurations } from './frame-durations.ts';
import { frameTimes } from './frame-times.ts';
import type { BaseExtent } from './join-bases.ts';
import type { Packet, PacketReader } from './packet.ts';
import type { SampleFacts } from './packet-format.ts';
import { sharedColumns } from './packet-samples.ts';
import type { Checkpoint } from './packet-source.ts';
import { ScannedSamples } from './scanned-samples.ts';
import { openSamples, type PacketAccess, type ScannedTrack } from './scanned-track.ts';
import type { ClockJump, TimeBases, TrackBases } from './time-bases.ts';

export interface PacketTrackOptions extends PacketAccess {
  readonly input: number;
  /** Number or PID in the container. */
  readonly id: number;
  readonly language: string;
  /** @default not said */
  readonly use?: SoundFacts | undefined;
  /** Ticks a second of the container. */
  readonly clock: number;
  /** Seconds of a picture, as the container says; 0 when it does not. */
  readonly pictureSeconds: number;
  /** Seconds that a decoder gives out before what is meant to be presented. */
  readonly delay: number;
  /** Those of the file. */
  readonly timeBases: TimeBases;
  /** Whether nothing is missing between two places of packets of the track, as far as the container can tell. */
  isWhole?(from: number, to: number): Promise<boolean>;
}

/** Seconds of a picture that stands alone. */
const USUAL_PICTURE = 0.04;
/** Between two checkpoints there are this many bytes, at least. */
const CHECKPOINT_BYTES = 2 ** 20;
/** The most that one sample can last: the column of durations has 32 bits. */
const LARGEST_DURATION = 0xffff_ffff;
/** More pictures, or fields, than any decoder holds back (16 frames: ITU-T H.264, A.3.1; H.265, A.4.2). */
const MOST_REORDERED = 32;

/** Packets without anything in them, where there are fewer samples: some recorders write one now and then. */
const MOST_EMPTY = 100_000;
/**
 * Samples that are less than this many bytes on average are no media. A picture that only repeats the one before has some
 * bytes of headers; silence in Opus is a byte a frame, with one of several in between.
 */
const [MOST_TINY, LEAST_AVERAGE] = [100_000, { video: 4, audio: 1.25 }];
/** Once a second for a day is no clock. */
const MOST_JUMPS = 86_400;

/** Seconds: later than any clock that counts from 1970, and still exact in the ticks of any track. */
const LATEST = 1e10;

/** A packet from which reading may start again, by sample. */
interface Start extends Pick<Packet, 'seconds' | 'position'> {
  readonly sample: number;
}

/** Pictures that are left out, because what they refer to is not there. */
export interface LeftOut {
  /** Before the first key frame. */
  readonly start: number;
  /** Before the first key frame behind a place where the clock was set. */
  readonly joint: number;
}

/** A track of packets that is read through once: then it is known as well as one of MP4. */
export class PacketTrack {
  readonly options: PacketTrackOptions;
  readonly #reader: PacketReader;
  readonly #samples = new ScannedSamples();
  readonly #starts: Start[] = [];
  readonly #bases: TrackBases;
  #bytesSinceStart = 0;
  #isStarted = false;
  /** The packet to look at next, and the place of the one before. */
  #ahead: Packet | undefined;
  #position = 0;
  /** When samples are presented that can be decoded: not before this; `undefined` until decoding can start. */
  #from: number | undefined;
  /** Places of packets behind the first sample that are none. */
  readonly #leftOut = new GrowingDoubles();
  #empty = 0;
  #isJoined = false;
  #dropped: { -readonly [where in keyof LeftOut]: LeftOut[where] } = { start: 0, joint: 0 };

  constructor(options: PacketTrackOptions) {
    this.options = options;
    this.#reader = openSamples(options.format, options.open);
    this.#bases = options.timeBases.addTrack(options.format.kind === 'audio');
  }

  get dropped(): LeftOut {
    return this.#dropped;
  }

  get count(): number {
    return this.#samples.count;
  }

  /** Enough is scanned to know `start`. */
  get isStartKnown(): boolean {
    return this.count > 0 && !this.options.format.isTrimming;
  }

  /** When the first sample is presented, in seconds, on the container's clock; without what nobody is to hear of it. */
  get start(): number {
    const { clock, delay, format } = this.options;
    const least = this.#samples.ticks.reduce(
      (first, ticks) => Math.min(first, ticks),
      Number.POSITIVE_INFINITY,
    );
    return least / clock - delay + (format.startTrim ?? 0);
  }

  /**
   * Look at the next packet.
   * @returns the place of the one behind it; `undefined` at the end of the track
   * @throws PackagerError NOT_MEDIA when it breaks the codec's syntax
   */
  scan(): Soon<number | undefined> {
    const packet = this.#ahead;
    return soon(this.#read(), (ahead) => {
      this.#ahead = ahead;
      const facts = packet && this.#look(packet);
      const added = packet && facts && this.#add(packet, facts);
      return soon(added, () => ahead?.position);
    });
  }

  #add(packet: Packet, facts: SampleFacts): Soon<void> {
    const { bytes, isSync, isEntry = isSync } = facts;
    if (bytes > 0) return soon(this.#place(packet, isEntry), () => this.#keep(packet, facts));
    this.#empty++;
    if (this.#empty > MOST_EMPTY && this.#empty > this.count)
      throw this.#noMedia(`has more than ${MOST_EMPTY} packets without anything in them`);
    this.#leaveOut(packet);
  }

  #keep(packet: Packet, facts: SampleFacts): void {
    const { bytes, isSync, isEntry = isSync } = facts;
    if (isEntry)
      this.#from ??= this.options.format.kind === 'video' ? packet.seconds : Number.NEGATIVE_INFINITY;
    if (this.#from === undefined || packet.seconds < this.#from) {
      this.#dropped[this.#isJoined ? 'joint' : 'start']++;
      this.#leaveOut(packet);
      return;
    }
    if (this.count === 0 || (isEntry && this.#bytesSinceStart >= CHECKPOINT_BYTES)) {
      const { seconds, position } = packet;
      this.#starts.push({ seconds, position, sample: this.count });
      this.#bytesSinceStart = 0;
    }
    this.#bytesSinceStart += bytes;
    this.#samples.add(facts, Math.round(packet.seconds * this.options.clock));
    const least = LEAST_AVERAGE[this.options.format.kind];
    if (this.count > MOST_TINY && this.#samples.bytes < this.count * least)
      throw this.#noMedia(`has more than ${MOST_TINY} samples of less than ${least} bytes on average`);
  }

  #noMedia(what: string): PackagerError {
    const { name, id } = this.options;
    return fail.notMedia(
      name,
      `track ${id} ${what}.`,
      'Nothing encodes like that: make it again from its source.',
    );
  }

  /** Find the packet's time base. With a new one decoding starts anew, unless nothing is missing before it. */
  #place(packet: Packet, isSync: boolean): Soon<void> {
    const before = this.#bases.base;
    const offset = this.#bases.place(packet, this.count, isSync);
    const { disorder, jumps } = this.options.timeBases;
    if (disorder) throw this.#unsorted(disorder);
    if (jumps.length > MOST_JUMPS) throw this.#noMedia(`sets its clock more than ${MOST_JUMPS} times`);
    const from = this.#position;
    this.#position = packet.position;
    if (offset === undefined || this.options.format.kind === 'audio') return;
    this.#isJoined = true;
    const { format, isWhole: isGapless } = this.options;
    const mayFollow = this.#from !== undefined && (isSync || (format.follows?.() ?? true));
    return soon(mayFollow && isGapless?.(from, packet.position), (isWhole) => {
      if (isWhole && !isSync) this.#bases.continueAfter(before, offset);
      this.#from = isWhole ? Number.NEGATIVE_INFINITY : undefined;
    });
  }

  #unsorted({ from, to }: ClockJump): PackagerError {
    return fail.unsupportedInput(
      this.options.name,
      `it is not in the order of its times: what is at ${clockTime(to)} comes behind what is at ${clockTime(from)}.`,
      'Make it again from its source.',
    );
  }

  #leaveOut({ position }: Packet): void {
    if (this.count > 0) this.#leftOut.push(position);
  }

  #read(): Soon<Packet | undefined> {
    const first = !this.#isStarted;
    this.#isStarted = true;
    try {
      const packet = first ? this.#reader.first() : this.#reader.next();
      return packet instanceof Promise ? packet.catch((cause) => this.#readPast(cause)) : packet;
    } catch (cause) {
      return this.#readPast(cause);
    }
  }

  /** Nothing is wrong with the last packet of a recording that ends in the middle of it. */
  async #readPast(cause: unknown): Promise<undefined> {
    if (cause instanceof BitstreamError && (await this.#reader.next()) === undefined) return undefined;
    throw this.#damage(cause);
  }

  /** What a packet is; `undefined` for the last one of a recording that ends in the middle of it. */
  #look(packet: Packet): SampleFacts | undefined {
    try {
      if (Math.abs(packet.seconds) > LATEST) throw new BitstreamError('has an impossible time stamp');
      return this.options.format.scan(packet);
    } catch (cause) {
      if (cause instanceof BitstreamError && this.#ahead === undefined) return undefined;
      throw this.#damage(cause);
    }
  }

  #damage(cause: unknown): unknown {
    return this.#explain(cause, `sample ${this.count + 1} of track ${this.options.id}`);
  }

  #explain(cause: unknown, subject: string): unknown {
    return explainDamage(cause, this.options.name, subject);
  }

  /** Where the track lies on each time base, when all packets are scanned. */
  extents(): BaseExtent[] {
    const { runs } = this.#bases;
    const times = this.#samples.ticks;
    return runs.flatMap(({ sample: first, base, turn }, run) => {
      const end = runs[run + 1]?.sample ?? this.count;
      if (first >= end) return [];
      let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let sample = first; sample < end; sample++) {
        least = Math.min(least, times[sample]!);
        most = Math.max(most, times[sample]!);
      }
      const ticks = Math.round(turn * this.options.clock);
      return {
        base,
        isOrdered: this.options.format.kind === 'audio',
        start: least + ticks,
        end: most + ticks + this.#lengthOf(end - 1, (most - least) / (end - 1 - first)),
      };
    });
  }

  /** Put the track on the timeline of the file. @param shifts ticks to add, by time base */
  join(shifts: Float64Array): void {
    const { runs } = this.#bases;
    const times = this.#samples.ticks;
    for (const [run, { sample: first, base, turn }] of runs.entries()) {
      const ticks = Math.round(turn * this.options.clock) + shifts[base]!;
      const end = runs[run + 1]?.sample ?? this.count;
      for (let sample = first; sample < end; sample++) times[sample]! += ticks;
    }
  }

  /** Ticks that a sample lasts. @param average ticks from picture to picture */
  #lengthOf(sample: number, average: number): number {
    const { clock, pictureSeconds, format } = this.options;
    if (format.kind === 'audio')
      return (this.#samples.lengths[sample]! * clock) / (format.sampleRate || clock);
    return pictureSeconds > 0 ? pictureSeconds * clock : average || USUAL_PICTURE * clock;
  }

  /**
   * The track, when all packets are scanned and put on the timeline.
   * @param origin seconds of the container's clock that become 0
   * @throws PackagerError NOT_MEDIA when its codec's syntax or its times are broken
   */
  finish(origin: number): ScannedTrack {
    try {
      return this.#finish(origin);
    } catch (cause) {
      throw this.#explain(cause, `track ${this.options.id}`);
    }
  }

  #finish(origin: number): ScannedTrack {
    const { input, id, language, use, format, delay } = this.options;
    const timed = format.kind === 'video' ? this.#videoTimes() : this.#soundTimes();
    const { timescale, start, frameRate } = timed;
    const { columns, ...sums } = this.#columns(timed.at);
    const entry = format.describe(frameRate);
    const facts = {
      input,
      id,
      language,
      ...use,
      timescale,
      sampleCount: this.count,
      ...sums,
      columns,
      leftOut: this.#leftOut.values.slice(0, this.#leftOut.length),
      presentationOffset: Math.round((delay + origin) * timescale) - start,
      keepsParameterSets: format.keepsParameterSets ?? false,
    };
    return 'video' in entry
      ? { ...facts, ...entry, kind: 'video', video: { ...entry.video, frameRate } }
      : { ...facts, ...entry, kind: 'audio' };
  }

  /** @param at duration and composition offset of a sample, in ticks */
  #columns(at: (sample: number) => readonly [number, number]) {
    const { syncSamples } = this.#samples;
    const columns = sharedColumns(this.count, syncSamples?.length);
    this.#samples.writeSizes(columns.sizes, this.options.format.keepsParameterSets ?? false);
    const checkpoints: Checkpoint[] = [];
    let [duration, bytes] = [0, 0];
    for (let sample = 0; sample < this.count; sample++) {
      const start = this.#starts[checkpoints.length];
      if (start?.sample === sample) {
        checkpoints.push({ seconds: start.seconds, position: start.position, offset: bytes });
      }
      const [ticks, compositionOffset] = at(sample);
      if (ticks > LARGEST_DURATION) throw this.#hole(sample);
      columns.durations[sample] = ticks;
      columns.compositionOffsets[sample] = compositionOffset;
      bytes += columns.sizes[sample]!;
      duration += ticks;
    }
    if (syncSamples) columns.syncSamples?.set(syncSamples);
    return { columns, checkpoints, duration, bytes };
  }

  #hole(sample: number): BitstreamError {
    const [from, to] = [sample, sample + 1].map((at) => this.#shown(at));
    return new BitstreamError(`has nothing between ${from} and ${to} of its clock, which is too long a time`);
  }

  #shown(sample: number): string {
    return clockTime(this.#samples.ticks[sample]! / this.options.clock);
  }

  /** @param sample it is presented before too many that are decoded before it */
  #disorder(sample: number): BitstreamError {
    const [before, back] = [sample - 1, sample].map((at) => this.#shown(at));
    return new BitstreamError(`has time stamps that jump back, from ${before} to ${back}`);
  }

  #videoTimes() {
    const { clock, pictureSeconds } = this.options;
    const times = frameTimes(this.#samples.ticks, clock, pictureSeconds, this.#bases.joints());
    const { timescale, presented, sorted, last } = times;
    for (let sample = MOST_REORDERED; sample < this.count; sample++) {
      if (presented[sample]! < sorted[sample - MOST_REORDERED]!) throw this.#disorder(sample);
    }
    const at = (sample: number): readonly [number, number] => [
      sample + 1 < this.count ? sorted[sample + 1]! - sorted[sample]! : last,
      presented[sample]! - sorted[sample]!,
    ];
    return { timescale, start: sorted[0]!, frameRate: reduced(times.frameRate), at };
  }

  #soundTimes() {
    const timescale = this.options.format.sampleRate ?? 0;
    const { ticks, lengths } = this.#samples;
    const { start, durations } = frameDurations(ticks, this.options.clock, lengths, timescale);
    const at = (sample: number): readonly [number, number] => [durations[sample]!, 0];
    return { timescale, start, frameRate: { num: 0, den: 1 }, at };
  }
}
