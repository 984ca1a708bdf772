import { fail } from '../../base/errors.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import { CLOCK, WRAP } from '../mpegts/clock.ts';
import { isContinuous } from '../mpegts/read/continuity.ts';
import { LaterStreams } from '../mpegts/read/later-streams.ts';
import { findPackets } from '../mpegts/read/packet-layout.ts';
import { PacketLosses } from '../mpegts/read/packet-losses.ts';
import { ScrambledError } from '../mpegts/read/pes-reader.ts';
import { readProgram } from '../mpegts/read/program.ts';
import { nameStream } from '../mpegts/read/stream-names.ts';
import { explainReading, NO_PACKETS, type PacketFile } from './packet-file.ts';
import { PesStream, type TransportFile } from './pes-stream.ts';
import { SPLICE_STREAM, transportCues } from './transport-cues.ts';
import {
  isEncryptedStream,
  streamKind,
  transportCodec,
  transportUse,
  unreadable,
} from './transport-format.ts';

/**
 * Look into an MPEG transport stream; `undefined` when it is none.
 * @throws PackagerError NOT_MEDIA when it lists no streams
 */
export async function openTransportStream(
  source: ByteSource,
  warn: (message: string) => void,
): Promise<PacketFile | undefined> {
  const layout = await findPackets(source);
  if (!layout) return undefined;
  const found = await readProgram(source, layout);
  if (!found) {
    throw fail.notMedia(
      source.name,
      'it is an MPEG transport stream without a Program Map Table.',
      'Give the whole recording, from its start.',
    );
  }
  const { program, streams } = found;
  const { stride, first } = layout;
  // Four bytes of time are in front of each packet of M2TS.
  if ((source.size - first + (stride === 192 ? 4 : 0)) % stride !== 0)
    warn(`${source.name}: it ends in the middle of a packet. Make sure that it is not cut short.`);
  const byteOf = (packet: number) => first + packet * stride;
  const [losses, later] = [new PacketLosses(), new LaterStreams(program, streams)];
  const file: TransportFile = { source, layout, losses, later };
  const cues = new Set(streams.flatMap(({ pid, streamType }) => (streamType === SPLICE_STREAM ? [pid] : [])));
  return {
    ...{ clock: CLOCK, isClockFree: true },
    clockRules: { wrap: WRAP / CLOCK, isSettable: true },
    isWhole: (from, to) => isContinuous(source, layout, PesStream.packetOf(from), PesStream.packetOf(to)),
    tracks: streams.map((stream) => ({
      ...{ id: stream.pid, kind: streamKind(stream), language: stream.language },
      ...(streamKind(stream) === 'audio' && { use: transportUse(stream) }),
      isEncrypted: isEncryptedStream(stream),
      isSeen: stream.streamId !== undefined,
      ...{ delay: 0, pictureSeconds: 0 },
      format: () => transportCodec(stream)?.format() ?? unreadable(stream),
    })),
    open: async () => (id) => {
      const stream = streams.find(({ pid }) => pid === id);
      return (stream && transportCodec(stream)?.read(new PesStream(file, id))) ?? NO_PACKETS;
    },
    ...(cues.size > 0 && {
      markers: (checkpoint) => transportCues(source, layout, cues, checkpoint, warn),
    }),
    losses: (joints) => [...losses.sentences(joints, byteOf), ...unread(later, byteOf)],
    explain: (cause) =>
      cause instanceof ScrambledError
        ? scrambled(source.name, cause)
        : explainReading(cause, source.name, 'MPEG-TS'),
  };
}

/** Media that the program has only later on, in a sentence. */
function unread({ found }: LaterStreams, byteOf: (packet: number) => number): string[] {
  const media = found.filter(({ stream }) => streamKind(stream) !== 'other');
  const [first] = media;
  if (!first) return [];
  const names = media.map(({ stream }) => `PID ${stream.pid} (${nameStream(stream).name})`);
  return [
    `from byte ${byteOf(first.packet)} on its Program Map Table lists what it does not at the start, and what is left out: ${names.join(', ')}.`,
  ];
}

const scrambled = (name: string, { pid, byte }: ScrambledError) =>
  fail.unsupportedInput(
    name,
    `track ${pid} is encrypted from byte ${byte} on (transport_scrambling_control).`,
    'Package a recording that is clear throughout, or only the part in front of that.',
  );
