import { BitstreamError } from '../codecs/bit-reader.ts';
import { explainDamage } from '../codecs/damage.ts';
import { reduced } from '../manifest/fraction.ts';
import { GrowingColumn } from '../media/growing-column.ts';
import type { SampleTable } from '../media/samples.ts';
import type { Track } from '../media/track.ts';
import { FragmentSampleWriter } from '../mp4/read/fragment-sample-writer.ts';
import { frameDurations } from './frame-durations.ts';
import { frameTimes } from './frame-times.ts';
import { JoinedPackets } from './joined-packets.ts';
import type { OpenPackets, Packet, PacketReader } from './packet.ts';
import type { PacketFormat, SampleFacts } from './packet-format.ts';
import { type Checkpoint, PacketSource } from './packet-source.ts';

export interface PacketTrackOptions {
  /** How messages name the file. */
  readonly name: string;
  readonly input: number;
  /** Number or PID in the container. */
  readonly id: number;
  readonly language: string;
  readonly format: PacketFormat;
  readonly open: OpenPackets;
  /** Ticks a second of the container. */
  readonly clock: number;
  /** Seconds of a picture, as the container says; 0 when it does not. */
  readonly pictureSeconds: number;
  /** Seconds that a decoder gives out before what is meant to be presented. */
  readonly delay: number;
  /** What a failure of the reader is to be thrown as. */
  explain(cause: unknown): unknown;
}

/** Between two checkpoints there are this many bytes, at least. */
const CHECKPOINT_BYTES = 2 ** 20;
/** No encoder moves a picture that far: the clock was set back on the way. */
const FARTHEST_REORDER = 10;

/** A packet from which reading may start again, by sample. */
interface Start extends Pick<Packet, 'seconds' | 'position'> {
  readonly sample: number;
}

/** A track of packets. Read through once, it is a track like any other; its bytes are made while they are read. */
export class PacketTrack {
  readonly options: PacketTrackOptions;
  readonly #reader: PacketReader;
  readonly #sizes = new GrowingColumn();
  readonly #parameterSets = new GrowingColumn();
  readonly #sync = new GrowingColumn();
  readonly #ticks: number[] = [];
  readonly #lengths = new GrowingColumn();
  readonly #starts: Start[] = [];
  #bytesSinceStart = 0;
  #isStarted = false;
  /** Pictures that are decoded, or presented, before the first where decoding can start. */
  dropped = 0;

  constructor(options: PacketTrackOptions) {
    this.options = options;
    this.#reader = this.#open();
  }

  get count(): number {
    return this.#ticks.length;
  }

  /** When the first sample is presented, in seconds, on the container's clock; the delay is taken off. */
  get start(): number {
    const least = this.#ticks.reduce((first, ticks) => Math.min(first, ticks), Number.POSITIVE_INFINITY);
    return least / this.options.clock - this.options.delay;
  }

  /**
   * Look at the next packet.
   * @returns when it is presented, in seconds; `undefined` at the end of the track
   * @throws PackagerError NOT_MEDIA when it breaks the codec's syntax
   */
  async scan(): Promise<number | undefined> {
    const packet = await (this.#isStarted ? this.#reader.next() : this.#reader.first());
    this.#isStarted = true;
    if (packet === undefined) return undefined;
    const facts = await this.#look(packet);
    if (facts === undefined) return undefined;
    const { bytes, parameterSets, isSync, length } = facts;
    if (bytes === 0) return packet.seconds;
    const [start] = this.#starts;
    if (start ? this.#precedes(packet, start) : !isSync) {
      this.dropped++;
      return packet.seconds;
    }
    if (this.count === 0 || (isSync && this.#bytesSinceStart >= CHECKPOINT_BYTES)) {
      const { seconds, position } = packet;
      this.#starts.push({ seconds, position, sample: this.count });
      this.#bytesSinceStart = 0;
    }
    this.#bytesSinceStart += bytes;
    this.#sizes.push(bytes);
    this.#parameterSets.push(parameterSets);
    this.#sync.push(Number(isSync));
    this.#ticks.push(Math.round(packet.seconds * this.options.clock));
    this.#lengths.push(length);
    return packet.seconds;
  }

  /** What a packet is; `undefined` for the last one of a recording that ends in the middle of it. */
  async #look(packet: Packet): Promise<SampleFacts | undefined> {
    try {
      return this.options.format.scan(packet);
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
  finish(origin: number): Track {
    try {
      return this.#track(origin);
    } catch (cause) {
      throw this.#explain(cause, `track ${this.options.id}`);
    }
  }

  #track(origin: number): Track {
    const { name, input, id, language, format, delay, explain } = this.options;
    const { samples, timescale, start, frameRate, checkpoints } = this.#samples();
    const { video, audio, ...entry } = format.describe(frameRate);
    return {
      ...{ input, id, kind: format.kind, language, timescale },
      ...entry,
      ...(video && { video: { ...video, frameRate } }),
      ...(audio && { audio }),
      duration: samples.duration,
      sampleCount: samples.count,
      bytes: samples.bytes,
      samples,
      presentationOffset: Math.round((delay + origin) * timescale) - start,
      source: new PacketSource({
        ...{ name, size: samples.bytes, reader: this.#open(), checkpoints, explain },
        sample: (packet) =>
          this.#precedes(packet, checkpoints[0]!) ? new Uint8Array(0) : format.sample(packet.data),
      }),
    };
  }

  /** Leading pictures of a recording that starts in the middle refer to what is not there. */
  #precedes({ seconds }: Packet, first: Pick<Packet, 'seconds'>): boolean {
    return this.options.format.kind === 'video' && seconds < first.seconds;
  }

  #open(): PacketReader {
    const { open, format } = this.options;
    return format.joins
      ? new JoinedPackets(open(), (sample, packet) => format.joins!(sample, packet))
      : open();
  }

  #samples() {
    const { format } = this.options;
    const timed = format.kind === 'video' ? this.#videoTimes() : this.#soundTimes();
    const writer = new FragmentSampleWriter(this.options.id, Number.MAX_SAFE_INTEGER, {
      samples: Number.POSITIVE_INFINITY,
    });
    writer.expect(this.count);
    const checkpoints: Checkpoint[] = [];
    let offset = 0;
    for (let sample = 0; sample < this.count; sample++) {
      const sets = format.keepsParameterSets ? this.#parameterSets.values[sample]! : 0;
      const bytes = this.#sizes.values[sample]! + sets;
      const { seconds, position, sample: next } = this.#starts[checkpoints.length] ?? { sample: -1 };
      if (next === sample) checkpoints.push({ seconds: seconds!, position: position!, offset });
      const [duration, composition] = timed.at(sample);
      writer.add(offset, bytes, duration, composition, this.#sync.values[sample] === 1);
      offset += bytes;
    }
    const samples: SampleTable = writer.finish();
    return { ...timed, samples, checkpoints };
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
