import type { EncodedPacket, EncodedPacketSink, InputTrack } from 'mediabunny';
import {
  type ByteSource,
  type DemuxRequest,
  EbmlError,
  fail,
  findPackets,
  isEncryptedStream,
  matroskaFormat,
  PackagerError,
  type Packet,
  type PacketFormat,
  type PacketReader,
  PacketTrack,
  type Plugin,
  type Run,
  readMatroskaHeaders,
  readProgram,
  scanTracks,
  type Track,
  transportFormat,
} from '../core/index.ts';

/** A file's own list of its tracks, as far as the library that reads the packets does not tell. */
interface Container {
  /** As messages name it. */
  readonly title: string;
  readonly formats: readonly ('MATROSKA' | 'WEBM' | 'MPEG_TS')[];
  /** Where the library is to begin to read. */
  readonly start: number;
  /** Ticks a second. */
  readonly clock: number;
  /** Its clock starts anywhere: the earliest sample of all tracks is at 0. */
  readonly isClockFree: boolean;
  readonly tracks: readonly ListedTrack[];
}

interface ListedTrack {
  readonly id: number;
  readonly language: string;
  readonly isEncrypted: boolean;
  /** Seconds, as for `PacketTrack`. */
  readonly delay: number;
  readonly pictureSeconds: number;
  /** How it becomes a track of MP4, or why it cannot. */
  format(): PacketFormat | string;
}

const EBML_MAGIC = 0x1a45dfa3;
const TS_CLOCK = 90_000;
const NANOSECONDS = 1e9;
/** A cluster is read as a whole; players want them to be a few megabytes. */
const LARGEST_READ = 2 ** 28;

/** Reads Matroska, WebM and MPEG-TS, known by what is in them: with mediabunny, which is loaded when the first comes. */
export function demuxMkvTs(): Plugin {
  const name = 'demux-mkv-ts';
  return {
    name,
    apply({ hooks }) {
      hooks.demux.tapPromise(name, async (request, run) => {
        const { source } = request;
        let title = 'Matroska';
        try {
          const container = (await matroska(source)) ?? (await transportStream(source));
          if (!container) return undefined; // not ours: ask the next demuxer
          title = container.title;
          return await demux(container, request, run);
        } catch (cause) {
          throw explained(cause, source.name, title);
        }
      });
    },
  };
}

async function matroska(source: ByteSource): Promise<Container | undefined> {
  if (source.size < 4) return undefined;
  const magic = new Uint8Array(4);
  await source.read(0, [magic]);
  if (new DataView(magic.buffer).getUint32(0) !== EBML_MAGIC) return undefined;
  const { timestampScale, tracks } = await readMatroskaHeaders(source);
  return {
    title: 'Matroska',
    formats: ['MATROSKA', 'WEBM'],
    ...{ start: 0, clock: NANOSECONDS / timestampScale, isClockFree: false },
    tracks: tracks.map((track) => ({
      ...{ id: track.id, language: track.language, isEncrypted: track.isEncrypted },
      delay: track.codecDelay / NANOSECONDS,
      pictureSeconds: track.kind === 'video' ? track.defaultDuration / NANOSECONDS : 0,
      format: () => matroskaFormat(track, source.name),
    })),
  };
}

async function transportStream(source: ByteSource): Promise<Container | undefined> {
  const layout = await findPackets(source);
  if (!layout) return undefined;
  const streams = await readProgram(source, layout);
  if (!streams) {
    throw fail.notMedia(
      source.name,
      'it is an MPEG transport stream without a Program Map Table.',
      'Give the whole recording, from its start.',
    );
  }
  const { stride, first } = layout;
  return {
    title: 'MPEG-TS',
    formats: ['MPEG_TS'],
    // Four bytes of time are in front of each packet of M2TS, the first included.
    start: stride === 192 ? (first < 4 ? first + stride - 4 : first - 4) : first,
    ...{ clock: TS_CLOCK, isClockFree: true },
    tracks: streams.map((stream) => ({
      ...{ id: stream.pid, language: stream.language, isEncrypted: isEncryptedStream(stream) },
      ...{ delay: 0, pictureSeconds: 0 },
      format: () => transportFormat(stream),
    })),
  };
}

async function demux(container: Container, { source, input }: DemuxRequest, run: Run): Promise<Track[]> {
  const { name } = source;
  const reasons: string[] = [];
  const leftOut = ({ id }: { id: number }, why: string) => {
    reasons.push(`track ${id}: ${why}`);
    run.warn(`${name}: track ${id} is left out: ${why}.`);
  };
  const wanted: { listed: ListedTrack; format: PacketFormat }[] = [];
  for (const listed of container.tracks) {
    if (listed.isEncrypted) throw alreadyEncrypted(name, listed);
    const format = listed.format();
    if (typeof format === 'string') leftOut(listed, format);
    else wanted.push({ listed, format });
  }

  const opened = wanted.length > 0 ? await open(container, source, run) : [];
  const scanned: PacketTrack[] = [];
  for (const { listed, format } of wanted) {
    const track = opened.find(({ id }) => id === listed.id);
    if (!track) {
      leftOut(listed, 'it has no samples that can be read');
      continue;
    }
    scanned.push(
      new PacketTrack({
        ...{ name, input: input.index, format, clock: container.clock },
        ...{ id: listed.id, language: listed.language },
        ...{ delay: listed.delay, pictureSeconds: listed.pictureSeconds },
        open: track.packets,
        explain: (cause) => explained(cause, name, container.title),
      }),
    );
  }
  await scanTracks(scanned, () => run.throwIfCancelled());

  const kept = scanned.filter((track) => {
    const why = track.count === 0 ? 'it has no samples' : track.options.format.whyNot;
    if (why) leftOut(track.options, why);
    return !why;
  });
  if (kept.length === 0) throw nothingToCarry(name, reasons);
  for (const { dropped, options } of kept) {
    if (dropped > 0)
      run.warn(`${name}: track ${options.id}: ${dropped} pictures before its first key frame are left out.`);
  }
  const origin = container.isClockFree ? Math.min(...kept.map(({ start }) => start)) : 0;
  return kept.map((track) => track.finish(origin));
}

interface OpenedTrack {
  readonly id: number;
  packets(): PacketReader;
}

/** Open a file with the library. It holds no file of its own: all it reads comes from `source`. */
async function open({ formats, start }: Container, source: ByteSource, run: Run): Promise<OpenedTrack[]> {
  const library = await import('mediabunny');
  const { CustomSource, Input, EncodedPacketSink: Sink, Logging, LogLevel } = library;
  Logging.level = LogLevel.Silent; // only the command line prints
  const input = new Input({
    formats: formats.map((format) => library[format]),
    source: new CustomSource({
      getSize: () => source.size - start,
      read: async (from, to) => {
        run.throwIfCancelled();
        if (to - from > LARGEST_READ) throw tooLarge(source.name, to - from);
        const bytes = new Uint8Array(to - from);
        await source.read(start + from, [bytes]);
        return bytes;
      },
      prefetchProfile: 'fileSystem',
      // Also thrown to whoever waits for the bytes.
      handleUnhandledError: () => {},
    }),
  });
  const tracks: InputTrack[] = await input.getTracks();
  return tracks.map((track) => ({ id: track.id, packets: () => new SinkReader(new Sink(track)) }));
}

/** The library's packets of one track. */
class SinkReader implements PacketReader {
  readonly #sink: EncodedPacketSink;
  #at: EncodedPacket | null = null;

  constructor(sink: EncodedPacketSink) {
    this.#sink = sink;
  }

  async first(): Promise<Packet | undefined> {
    return this.#take(await this.#sink.getFirstPacket());
  }

  async next(): Promise<Packet | undefined> {
    return this.#at ? this.#take(await this.#sink.getNextPacket(this.#at)) : undefined;
  }

  async seek({ seconds }: Pick<Packet, 'seconds'>): Promise<Packet | undefined> {
    return this.#take(await this.#sink.getPacket(seconds));
  }

  #take(packet: EncodedPacket | null): Packet | undefined {
    this.#at = packet;
    if (!packet) return undefined;
    const { timestamp, data, type, sequenceNumber } = packet;
    return { seconds: timestamp, data, isKey: type === 'key', position: sequenceNumber };
  }
}

const tooLarge = (name: string, bytes: number) =>
  fail.notMedia(
    name,
    `a piece of it that can only be read as a whole has ${Math.round(bytes / 2 ** 20)} MiB.`,
    'Remux it, for example with `ffmpeg -i in -c copy out.mkv`.',
  );

const alreadyEncrypted = (name: string, { id }: ListedTrack) =>
  fail.unsupportedInput(name, `track ${id} is encrypted already.`, 'Package the clear original.');

const nothingToCarry = (name: string, reasons: readonly string[]) =>
  fail.unsupportedCodec(
    name,
    `none of its tracks can be packaged (${reasons.join('; ') || 'it has none'}).`,
    'Encode it as H.264, HEVC, AV1 or VP9 with AAC, AC-3, E-AC-3, Opus or FLAC.',
  );

/** Whatever a damaged file makes the library throw, in one sentence. */
function explained(cause: unknown, name: string, title: string): unknown {
  if (PackagerError.is(cause)) return cause;
  const hint = 'It is damaged or cut short: make it again, or try `ffmpeg -i in -c copy out.mp4`.';
  const reason = cause instanceof Error ? cause.message : String(cause);
  const [sentence = ''] = reason.split(/\.(?:\s|$)/);
  if (cause instanceof EbmlError) return fail.notMedia(name, `as ${title}, ${sentence}.`, hint);
  return fail.notMedia(name, `it cannot be read as ${title} (${sentence}).`, hint);
}
