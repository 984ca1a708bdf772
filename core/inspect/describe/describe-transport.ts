import type { ByteSource } from '../../io/byte-source.ts';
import { DamageError } from '../model/damage-error.ts';
import type { ListedSegment } from '../model/listed-package.ts';
import type { MediaTrack } from '../model/media-track.ts';
import { CLOCK, nearest } from '../mpegts/clock.ts';
import { readTags } from '../mpegts/id3.ts';
import { openTransport } from '../mpegts/open-transport.ts';
import { findPackets, isSync, PACKET, payloadStart, pidOf, startsUnit } from '../mpegts/packets.ts';
import { headerNeeds, readPesHeader } from '../mpegts/pes.ts';
import { ProgramReader } from '../mpegts/program-reader.ts';
import { languageOf, streamKind } from '../mpegts/stream-types.ts';
import type { ProgramStream } from '../mpegts/tables.ts';
import type { Damage, StreamDescription, TransportDescription } from './description.ts';
import { round } from './track-sums.ts';

/** Bytes at the start of a file that say what is in it, and at its end that say how long it is: the rest is not read. */
const HEAD = 4 * 2 ** 20;
const TAIL = 2 * 2 ** 20;

export interface FoundTransport {
  readonly transport: TransportDescription;
  readonly isPacked: boolean;
  readonly damage?: Damage;
}

/** Describe MPEG-TS or packed audio, by its start and its end. @throws DamageError for what is neither */
export async function describeTransport(source: ByteSource): Promise<FoundTransport> {
  const head = await bytesAt(source, 0, Math.min(HEAD, source.size));
  const first = findPackets(head, 0, head.length);
  const isPacked = readTags(head, 0, head.length).size > 0 || first < 0;
  const { tracks, damage } = await tracksOf(source, head.length);
  const packets = isPacked ? 0 : Math.floor((source.size - first) / PACKET);
  const program = isPacked ? undefined : programOf(head, first);
  const streams = program
    ? program.map((stream) =>
        describeStream(
          stream,
          tracks.find(({ id }) => id === stream.pid),
        ),
      )
    : tracks.map((track) => ({ ...describePacked(track) }));
  const times = isPacked ? undefined : await timesOf(source, head, first);
  const duration = times && (times.last - times.first) / CLOCK;
  const transport = {
    packets,
    streams,
    ...(times && { firstTime: times.first, duration: round(duration!) }),
    ...(duration && { bitRate: Math.round((source.size * 8) / duration) }),
  };
  return { transport, isPacked, ...(damage && { damage }) };
}

/** What readers of renditions find out about its streams, of the start of the file. */
async function tracksOf(
  source: ByteSource,
  length: number,
): Promise<{ readonly tracks: readonly MediaTrack[]; readonly damage?: Damage }> {
  const segment: ListedSegment = {
    place: { path: '', offset: 0, length },
    ...{ start: 0, duration: 0, keys: [], init: undefined, discontinuity: false, number: 0 },
  };
  const open = async (): Promise<ByteSource> => ({
    name: source.name,
    size: source.size,
    read: (position, targets) => source.read(position, targets),
    close: async () => {},
  });
  try {
    const { readers } = await openTransport({ segments: [segment], open, lookup: () => undefined });
    return { tracks: readers.map(({ track }) => track) };
  } catch (cause) {
    if (!(cause instanceof DamageError)) throw cause;
    const message = `${source.name}: ${cause.message}, at byte ${cause.offset}.`;
    return { tracks: [], damage: { offset: cause.offset, message } };
  }
}

function programOf(bytes: Buffer, first: number): readonly ProgramStream[] | undefined {
  const reader = new ProgramReader();
  for (let at = first; at + PACKET <= bytes.length; at += PACKET) {
    if (!isSync(bytes[at])) continue;
    const pid = pidOf(bytes, at);
    if (reader.wants(pid)) reader.push(bytes, at, pid, () => {});
    if (reader.program) return reader.program.streams;
  }
  return undefined;
}

function describeStream(stream: ProgramStream, track: MediaTrack | undefined): StreamDescription {
  const { kind, codec, isProtected } = streamKind(stream);
  const language = languageOf(stream);
  return {
    pid: stream.pid,
    streamType: stream.streamType,
    kind,
    codec,
    ...entryFacts(track),
    ...(language !== undefined && { language }),
    encrypted: isProtected,
  };
}

const describePacked = (track: MediaTrack): StreamDescription => ({
  pid: track.id,
  kind: track.kind,
  codec: track.entries[0]?.format ?? 'other',
  ...entryFacts(track),
  encrypted: false,
});

function entryFacts(
  track: MediaTrack | undefined,
): Pick<StreamDescription, 'codecs' | 'width' | 'height' | 'channels' | 'sampleRate'> {
  const { codecs, width, height, channels, sampleRate } = track?.entries[0] ?? {};
  return {
    ...(codecs !== undefined && { codecs }),
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    ...(channels !== undefined && { channels }),
    ...(sampleRate !== undefined && { sampleRate }),
  };
}

/** The first and the last presentation time, in ticks of 90 kHz: of what clocks that jump in between have, it says nothing. */
async function timesOf(
  source: ByteSource,
  head: Buffer,
  first: number,
): Promise<{ readonly first: number; readonly last: number } | undefined> {
  const early = times(head, first);
  if (!early) return undefined;
  const from = Math.max(0, source.size - TAIL);
  const tail = await bytesAt(source, from, source.size - from);
  const late = times(tail, findPackets(tail, 0, tail.length));
  if (!late) return undefined;
  // 33 bits: what lies before the start comes after it.
  const last = nearest(late.last, early.first);
  return { first: early.first, last: last < early.first ? last + 2 ** 33 : last };
}

/** The least and the most of presentation times. */
function times(bytes: Buffer, from: number): { readonly first: number; readonly last: number } | undefined {
  let [first, last] = [Number.NaN, Number.NaN];
  if (from < 0) return undefined;
  for (let at = from; at + PACKET <= bytes.length; at += PACKET) {
    if (!isSync(bytes[at]) || !startsUnit(bytes, at)) continue;
    const pts = timeAt(bytes, payloadStart(bytes, at), at + PACKET);
    if (pts === undefined) continue;
    const time = Number.isNaN(first) ? pts : nearest(pts, first);
    first = Number.isNaN(first) ? time : Math.min(first, time);
    last = Number.isNaN(last) ? time : Math.max(last, time);
  }
  return Number.isNaN(first) ? undefined : { first, last };
}

function timeAt(bytes: Buffer, at: number, end: number): number | undefined {
  if (bytes[at] !== 0 || bytes[at + 1] !== 0 || bytes[at + 2] !== 1) return undefined;
  if (headerNeeds(bytes, at, end - at) > end - at) return undefined;
  try {
    return readPesHeader(bytes, at).pts;
  } catch {
    return undefined;
  }
}

async function bytesAt(source: ByteSource, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  await source.read(position, [bytes]);
  return bytes;
}
