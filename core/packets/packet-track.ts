import { BitstreamError } from '../codecs/bit-reader.ts';
import { explainDamage } from '../codecs/damage.ts';
import { reduced } from '../manifest/fraction.ts';
import { GrowingColumn } from '../media/growing-column.ts';
import { frameDurations } from './frame-durations.ts';
import { frameTimes } from './frame-times.ts';
import type { Packet, PacketReader } from './packet.ts';
import type { SampleFacts } from './packet-format.ts';
import { sharedColumns } from './packet-samples.ts';
import type { Checkpoint } from './packet-source.ts';
import { isLeading, openSamples, type PacketAccess, type ScannedTrack } from './scanned-track.ts';

export interface PacketTrackOptions extends PacketAccess {
  readonly input: number;
  /** Number or PID in the container. */
  readonly id: number;
  readonly language: string;
  /** Ticks a second of the container. */
  readonly clock: number;
  /** Seconds of a picture, as the container says; 0 when it does not. */
  readonly pictureSeconds: number;
  /** Seconds that a decoder gives out before what is meant to be presented. */
  readonly delay: number;
}

/** Between two checkpoints there are this many bytes, at least. */
const CHECKPOINT_BYTES = 2 ** 20;
/** The most that one sample can last: the column of durations has 32 bits. */
const LARGEST_DURATION = 0xffff_ffff;
/** No encoder moves a picture that far: the clock was set back on the way. */
const FARTHEST_REORDER = 10;

/** A packet from which reading may start again, by sample. */
interface Start extends Pick<Packet, 'seconds' | 'position'> {
  readonly sample: number;
}

/** A track of packets that is read through once: then it is known as well as one of MP4. */
export class PacketTrack {
  readonly options: PacketTrackOptions;
  readonly #reader: PacketReader;
  readonly #sizes = new GrowingColumn();
  readonly #parameterSets = new GrowingColumn();
  readonly #syncSamples = new GrowingColumn();
  readonly #ticks: number[] = [];
  readonly #lengths = new GrowingColumn();
  readonly #starts: Start[] = [];
  #bytesSinceStart = 0;
  #isStarted = false;
  /** Samples that are decoded, or presented, before the first where that can start. */
  dropped = 0;

  constructor(options: PacketTrackOptions) {
    this.options = options;
    this.#reader = openSamples(options.format, options.open);
  }

  get count(): number {
    return this.#ticks.length;
  }

  /** Enough is scanned to know `start`. */
  get isStartKnown(): boolean {
    return this.count > 0 && !this.options.format.isTrimming;
  }

  /** When the first sample is presented, in seconds, on the container's clock; without what nobody is to hear of it. */
  get start(): number {
    const { clock, delay, format } = this.options;
    const least = this.#ticks.reduce((first, ticks) => Math.min(first, ticks), Number.POSITIVE_INFINITY);
    return least / clock - delay + (format.startTrim ?? 0);
  }

  /**
   * Look at the next packet.
   * @returns when it is presented, in seconds; `undefined` at the end of the track
   * @throws PackagerError NOT_MEDIA when it breaks the codec's syntax
   */
  async scan(): Promise<number | undefined> {
    const packet = await this.#read();
    if (packet === undefined) return undefined;
    const facts = await this.#look(packet);
    if (facts === undefined) return undefined;
    const { bytes, parameterSets, isSync, length, isEntry = isSync } = facts;
    if (bytes === 0) return packet.seconds;
    const [start] = this.#starts;
    if (start ? isLeading(this.options.format, packet, start) : !isEntry) {
      this.dropped++;
      return packet.seconds;
    }
    if (this.count === 0 || (isEntry && this.#bytesSinceStart >= CHECKPOINT_BYTES)) {
      const { seconds, position } = packet;
      this.#starts.push({ seconds, position, sample: this.count });
      this.#bytesSinceStart = 0;
    }
    this.#bytesSinceStart += bytes;
    if (isSync) this.#syncSamples.push(this.count);
    this.#sizes.push(bytes);
    this.#parameterSets.push(parameterSets);
    this.#ticks.push(Math.round(packet.seconds * this.options.clock));
    this.#lengths.push(length);
    return packet.seconds;
  }

  #read(): Promise<Packet | undefined> {
    const first = !this.#isStarted;
    this.#isStarted = true;
    return this.#unlessLast(() => (first ? this.#reader.first() : this.#reader.next()));
  }

  /** What a packet is; `undefined` for the last one of a recording that ends in the middle of it. */
  #look(packet: Packet): Promise<SampleFacts | undefined> {
    return this.#unlessLast(async () => this.options.format.scan(packet));
  }

  /** What comes of a packet that may break the codec's syntax if it is the last. */
  async #unlessLast<T>(work: () => Promise<T | undefined>): Promise<T | undefined> {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof BitstreamError && (await this.#reader.next()) === undefined) return undefined;
      throw this.#explain(cause, `sample ${this.count + 1} of track ${this.options.id}`);
    }
  }

  #explain(cause: unknown, subject: string): unknown {
    return explainDamage(cause, this.options.name, subject);
  }

  /**
   * The track, when all packets are scanned.
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
    const { input, id, language, format, delay } = this.options;
    const timed = format.kind === 'video' ? this.#videoTimes() : this.#soundTimes();
    const { timescale, start, frameRate } = timed;
    const { columns, ...sums } = this.#columns(timed.at);
    const { video, audio, ...entry } = format.describe(frameRate);
    return {
      ...{ input, id, kind: format.kind, language, timescale },
      ...entry,
      ...(video && { video: { ...video, frameRate } }),
      ...(audio && { audio }),
      sampleCount: this.count,
      ...sums,
      columns,
      presentationOffset: Math.round((delay + origin) * timescale) - start,
      keepsParameterSets: format.keepsParameterSets ?? false,
    };
  }

  /** @param at duration and composition offset of a sample, in ticks */
  #columns(at: (sample: number) => readonly [number, number]) {
    const columns = sharedColumns(this.count, this.#syncSamples.length);
    const checkpoints: Checkpoint[] = [];
    let [duration, bytes] = [0, 0];
    for (let sample = 0; sample < this.count; sample++) {
      const start = this.#starts[checkpoints.length];
      if (start?.sample === sample) {
        checkpoints.push({ seconds: start.seconds, position: start.position, offset: bytes });
      }
      const sets = this.options.format.keepsParameterSets ? this.#parameterSets.values[sample]! : 0;
      const size = this.#sizes.values[sample]! + sets;
      const [ticks, compositionOffset] = at(sample);
      if (ticks > LARGEST_DURATION) throw new BitstreamError(`has a hole of ${ticks} ticks`);
      columns.sizes[sample] = size;
      columns.durations[sample] = ticks;
      columns.compositionOffsets[sample] = compositionOffset;
      bytes += size;
      duration += ticks;
    }
    columns.syncSamples?.set(this.#syncSamples.values.subarray(0, this.#syncSamples.length));
    return { columns, checkpoints, duration, bytes };
  }

  #videoTimes() {
    const { clock, pictureSeconds } = this.options;
    const times = frameTimes(Float64Array.from(this.#ticks), clock, pictureSeconds);
    const { timescale, presented, sorted, last } = times;
    const farthest = FARTHEST_REORDER * timescale;
    for (let sample = 0; sample < this.count; sample++) {
      if (Math.abs(presented[sample]! - sorted[sample]!) > farthest)
        throw new BitstreamError('has time stamps that jump back');
    }
    const at = (sample: number): readonly [number, number] => [
      sample + 1 < this.count ? sorted[sample + 1]! - sorted[sample]! : last,
      presented[sample]! - sorted[sample]!,
    ];
    return { timescale, start: sorted[0]!, frameRate: reduced(times.frameRate), at };
  }

  #soundTimes() {
    const timescale = this.options.format.sampleRate ?? 0;
    const lengths = Float64Array.from(this.#lengths.values.subarray(0, this.count));
    const { start, durations } = frameDurations(
      Float64Array.from(this.#ticks),
      this.options.clock,
      lengths,
      timescale,
    );
    const at = (sample: number): readonly [number, number] => [durations[sample]!, 0];
    return { timescale, start, frameRate: { num: 0, den: 1 }, at };
  }
}
