import type { ProgramStream } from '../mpegts/read/program.ts';
import { ByteStreamVideo } from './byte-stream-video.ts';
import { AVC, HEVC } from './nal-syntax.ts';
import type { PacketFormat } from './packet-format.ts';
import { AdtsAac, Dolby, Mp3 } from './sound.ts';

/** By stream_type (ISO/IEC 13818-1, table 2-34; ATSC A/52, A3.1). */
const FORMATS: Readonly<Record<number, () => PacketFormat>> = {
  3: () => new Mp3(),
  4: () => new Mp3(),
  15: () => new AdtsAac(),
  27: () => new ByteStreamVideo(AVC),
  36: () => new ByteStreamVideo(HEVC),
  129: () => new Dolby(),
  135: () => new Dolby(),
};

const PRIVATE_DATA = 6;
/** AC-3, E-AC-3 (ETSI EN 300 468, annex D). */
const DOLBY_DESCRIPTORS = [0x6a, 0x7a] as const;
/** H.264, AAC, AC-3 and E-AC-3 in SAMPLE-AES (Apple, MPEG-2 Stream Encryption Format, 2.3.1). */
const ENCRYPTED_TYPES: ReadonlySet<number> = new Set([0xdb, 0xcf, 0xc1, 0xc2]);

const CODEC_NAMES: Readonly<Record<number, string>> = {
  1: 'MPEG-1 video',
  2: 'MPEG-2 video',
  6: 'private data',
  16: 'MPEG-4 visual',
  17: 'AAC in LATM',
  21: 'metadata',
  134: 'cue messages (SCTE 35)',
};

/** Whether the payload of a stream cannot be read without a key. */
export const isEncryptedStream = ({ isScrambled, streamType }: ProgramStream): boolean =>
  isScrambled || ENCRYPTED_TYPES.has(streamType);

/** How an elementary stream of MPEG-TS becomes a track of MP4, or why it cannot. */
export function transportFormat({ streamType, descriptors }: ProgramStream): PacketFormat | string {
  const isDolby = streamType === PRIVATE_DATA && DOLBY_DESCRIPTORS.some((tag) => descriptors.has(tag));
  if (isDolby) return new Dolby();
  const create = FORMATS[streamType];
  if (create) return create();
  const codec = CODEC_NAMES[streamType] ?? `stream type 0x${streamType.toString(16)}`;
  return `its codec (${codec}) cannot be put into MP4, or not be read`;
}
