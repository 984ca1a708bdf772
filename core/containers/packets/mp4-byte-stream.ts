import { BitstreamError } from '../../base/bit-reader.ts';
import { view } from '../../base/bytes.ts';
import { explainDamage } from '../../base/damage.ts';
import type { NalByteStream } from '../../codecs/nal/byte-stream.ts';
import { configuredEntry } from '../../codecs/sample-entry.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import type { SampleColumns } from '../../media/samples.ts';
import { entryHeaders, type MediaTrack } from '../mp4/read/movie.ts';
import type { Mp4Samples } from '../mp4/read/sample-table.ts';
import { usedFormats } from '../mp4/read/used-formats.ts';
import { nextStartCode } from './annex-b.ts';
import { ByteStreamVideo } from './byte-stream-video.ts';
import { pageSums, sumsBefore } from './packet-samples.ts';
import { type Checkpoint, PacketSource } from './packet-source.ts';
import { TablePackets } from './table-packets.ts';

/** Between two checkpoints there are this many bytes, at least. */
const CHECKPOINT_BYTES = 2 ** 20;
/** Samples between two looks at whether the run was cancelled. */
const STRIDE = 256;

/** A track of an MP4 as it lies in the file. */
export interface StoredTrack {
  readonly track: MediaTrack;
  readonly samples: Mp4Samples;
  readonly source: ByteSource;
}

/** What reading through a byte stream in MP4 has shown; plain data that crosses threads. */
export interface Mp4ByteStream {
  /** Bytes of the samples as they become. */
  readonly sizes: Uint32Array;
  readonly checkpoints: readonly Checkpoint[];
  readonly entry: string;
  readonly config: Uint8Array;
  readonly keepsParameterSets: boolean;
}

/**
 * Read through a track of H.264 or H.265 that has no decoder configuration, and start codes in place of lengths (ITU-T
 * H.264 and H.265, annex B): some recorders' muxers write the encoder's bytes as they are.
 * @returns `undefined` for any other track
 * @throws PackagerError NOT_MEDIA when its codec's syntax is broken
 */
export async function findByteStream(
  stored: StoredTrack,
  checkCancelled: () => void,
): Promise<Mp4ByteStream | undefined> {
  const { track, samples, source } = stored;
  const codec = unconfigured(stored);
  if (!codec) return undefined;
  const reader = packetsOf(stored);
  const format = new ByteStreamVideo(codec);
  const sizes = new Uint32Array(new SharedArrayBuffer(4 * samples.count));
  const sets = new Uint32Array(samples.count);
  const starts: number[] = [];
  let [at, bytes] = [0, CHECKPOINT_BYTES];
  try {
    for (let packet = await reader.first(); packet; packet = await reader.next()) {
      at = packet.position;
      if (at % STRIDE === 0) checkCancelled();
      const { data } = packet;
      if (at === 0 && (!startsWithCode(data) || fillsByLengths(data))) return undefined;
      if (data.length > 0 && !startsWithCode(data)) {
        throw new BitstreamError('does not begin with a start code, as the first sample does');
      }
      const facts = format.scan(packet);
      sizes[at] = facts.bytes;
      sets[at] = facts.parameterSets;
      if (bytes >= CHECKPOINT_BYTES) {
        starts.push(at);
        bytes = 0;
      }
      bytes += facts.bytes;
      at++;
    }
  } catch (cause) {
    throw explainDamage(cause, source.name, `sample ${at + 1} of track ${track.id}`);
  }
  try {
    const { entry, config } = format.describe();
    const { keepsParameterSets } = format;
    if (keepsParameterSets)
      for (let sample = 0; sample < sizes.length; sample++) sizes[sample]! += sets[sample]!;
    return { sizes, checkpoints: checkpointsOf(starts, sizes), entry, config, keepsParameterSets };
  } catch (cause) {
    throw explainDamage(cause, source.name, `track ${track.id}`);
  }
}

/** The track with a configuration, and samples with lengths, which are made while they are read. Its times stay what they are. */
export function openByteStream(
  stored: StoredTrack,
  { sizes, checkpoints, entry, config, keepsParameterSets }: Mp4ByteStream,
): StoredTrack {
  const { track, source } = stored;
  const codec = byteStreamOf(track)!;
  const [{ entry: found }] = usedFormats(track, stored.samples).entries as [MediaTrack['first']];
  const configured = configuredEntry(found.bytes, entry, codec.configBox, config);
  const first = entryHeaders(configured, { withEntry: () => track.first.codecs });
  const format = new ByteStreamVideo(codec);
  const samples = new ConvertedSamples(stored.samples, sizes);
  return {
    track: { ...track, first, entryAt: () => first },
    samples,
    source: new PacketSource({
      ...{ name: source.name, size: samples.bytes, reader: packetsOf(stored), checkpoints },
      sample: ({ data }) => format.sample(data, keepsParameterSets),
      explain: (cause) => explainDamage(cause, source.name, `a sample of track ${track.id}`),
    }),
  };
}

/** How its codec is written as a byte stream; `undefined` where it is not, or not under this sample entry. */
function byteStreamOf({ first: { entry, codecs } }: MediaTrack): NalByteStream | undefined {
  return codecs.map(({ byteStream }) => byteStream).find((stream) => stream?.entries.includes(entry.type));
}

/** The codec of a track whose one sample entry says nothing of it. */
function unconfigured({ track, samples }: StoredTrack): NalByteStream | undefined {
  const codec = byteStreamOf(track);
  if (!codec || samples.count === 0) return undefined;
  const { entries } = usedFormats(track, samples);
  const [{ entry } = track.first] = entries;
  const isConfigured = (entry.boxes.get(codec.configBox)?.length ?? 0) > 0;
  return entries.length > 1 || isConfigured || entry.type !== track.first.entry.type ? undefined : codec;
}

const packetsOf = ({ source, samples, track }: StoredTrack): TablePackets =>
  new TablePackets(source, samples, track.headers.timescale);

/** Nothing but zeros is in front of its first start code. */
function startsWithCode(sample: Uint8Array): boolean {
  const code = nextStartCode(sample, 0);
  return code !== -1 && sample.subarray(0, code).every((byte) => byte === 0);
}

/** The length of a NAL unit of 256 to 511 bytes looks like a start code: then lengths lead to the end of the sample. */
function fillsByLengths(sample: Uint8Array): boolean {
  const bytes = view(sample);
  let at = 0;
  while (at + 4 <= bytes.length) at += 4 + bytes.readUInt32BE(at);
  return at === bytes.length;
}

function checkpointsOf(starts: readonly number[], sizes: Uint32Array): Checkpoint[] {
  const checkpoints: Checkpoint[] = [];
  let [offset, sample] = [0, 0];
  for (const position of starts) {
    for (; sample < position; sample++) offset += sizes[sample]!;
    checkpoints.push({ seconds: 0, position, offset });
  }
  return checkpoints;
}

/** A table whose samples have other sizes, and lie one behind the other, from byte 0 on. */
class ConvertedSamples implements Mp4Samples {
  readonly count: number;
  readonly duration: number;
  readonly bytes: number;
  readonly start: number;
  readonly syncSamples: Uint32Array | undefined;
  readonly commonestDuration: Mp4Samples['commonestDuration'];
  readonly descriptions: Mp4Samples['descriptions'];
  readonly recordings: Mp4Samples['recordings'];
  readonly #table: Mp4Samples;
  readonly #sizes: Uint32Array;
  readonly #places: Float64Array;

  constructor(table: Mp4Samples, sizes: Uint32Array) {
    this.#table = table;
    this.#sizes = sizes;
    this.#places = pageSums(sizes);
    this.count = table.count;
    this.duration = table.duration;
    this.bytes = this.#places.at(-1)!;
    this.start = table.start;
    this.syncSamples = table.syncSamples;
    this.commonestDuration = table.commonestDuration;
    this.descriptions = table.descriptions;
    this.recordings = table.recordings;
  }

  read(first: number, end: number): SampleColumns {
    const offsets = sumsBefore(this.#sizes, this.#places, first, end);
    return { ...this.#table.read(first, end), offsets, sizes: this.#sizes.slice(first, end) };
  }

  decodeTime(sample: number): number {
    return this.#table.decodeTime(sample);
  }

  compositionOffset(sample: number): number {
    return this.#table.compositionOffset(sample);
  }

  atOrAfter(dts: number): number {
    return this.#table.atOrAfter(dts);
  }
}
