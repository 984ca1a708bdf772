import { fail } from '../../base/errors.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import { CLOCK, WRAP } from '../mpegts/clock.ts';
import { isContinuous } from '../mpegts/read/continuity.ts';
import { findPackets } from '../mpegts/read/packet-layout.ts';
import { PacketLosses } from '../mpegts/read/packet-losses.ts';
import { readProgram } from '../mpegts/read/program.ts';
import { explainReading, NO_PACKETS, type PacketFile } from './packet-file.ts';
import { PesStream, type TransportFile } from './pes-stream.ts';
import { SPLICE_STREAM, transportCues } from './transport-cues.ts';
import { isEncryptedStream, streamKind, transportCodec, unreadable } from './transport-format.ts';

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
  const streams = await readProgram(source, layout);
  if (!streams) {
    throw fail.notMedia(
      source.name,
      'it is an MPEG transport stream without a Program Map Table.',
      'Give the whole recording, from its start.',
    );
  }
  const { stride, first } = layout;
  // Four bytes of time are in front of each packet of M2TS.
  if ((source.size - first + (stride === 192 ? 4 : 0)) % stride !== 0)
    warn(`${source.name}: it ends in the middle of a packet. Make sure that it is not cut short.`);
  const losses = new PacketLosses();
  const file: TransportFile = { source, layout, losses };
  const cues = new Set(streams.flatMap(({ pid, streamType }) => (streamType === SPLICE_STREAM ? [pid] : [])));
  return {
    ...{ clock: CLOCK, isClockFree: true },
    clockRules: { wrap: WRAP / CLOCK, isSettable: true },
    isWhole: (from, to) => isContinuous(source, layout, PesStream.packetOf(from), PesStream.packetOf(to)),
    tracks: streams.map((stream) => ({
      ...{ id: stream.pid, kind: streamKind(stream), language: stream.language },
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
    losses: (joints) => losses.sentences(joints, (packet) => first + packet * stride),
    explain: (cause) => explainReading(cause, source.name, 'MPEG-TS'),
  };
}
