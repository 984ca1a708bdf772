import { PACKET_MEDIA, type PacketMedia } from '../media/packet-media.ts';
import { codecOf } from './codecs.ts';
import type { MatrixRow } from './row.ts';

const CONTAINERS: Readonly<Record<string, string>> = {
  mkv: 'Matroska',
  webm: 'WebM',
  ts: 'MPEG-TS',
  mp4: 'Matroska that is called .mp4',
};

const packetRow = ({ name, streams, codecs, file, reference }: PacketMedia): MatrixRow => ({
  name,
  describe: `${CONTAINERS[name.split('.').at(-1) ?? '']} with ${codecs.join(' and ')}`,
  group: 'Matroska, WebM, MPEG-TS',
  isMp4: false,
  streams: streams.map(({ stream, source, mp4 }, index) => ({
    kind: stream.startsWith('v') ? ('video' as const) : ('audio' as const),
    codec: codecOf(codecs[index] ?? ''),
    from: stream,
    unit: stream.startsWith('v') ? 'video-1' : 'audio-und',
    filters: { source, mp4 },
  })),
  inputs: async () => [await file()],
  ...(reference && { references: async () => [await reference()] }),
});

/** Inputs that are no MP4. */
export const PACKET_ROWS: readonly MatrixRow[] = PACKET_MEDIA.map(packetRow);
