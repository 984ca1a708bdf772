import { adtsFrame, dolbyFrame, type FindFrame, mpegAudioFrame } from '../codecs/audio-framing.ts';
import type { TrackKind } from '../media/track.ts';
import type { ProgramStream } from '../mpegts/read/program.ts';
import { ByteStreamVideo } from './byte-stream-video.ts';
import { AVC, HEVC, type NalCodec } from './nal-syntax.ts';
import type { PacketReader } from './packet.ts';
import type { PacketFormat } from './packet-format.ts';
import { PesSound } from './pes-sound.ts';
import type { PesStream } from './pes-stream.ts';
import { PesVideo } from './pes-video.ts';
import { AdtsAac, Dolby, Mp3 } from './sound.ts';

/** How an elementary stream becomes a track. */
export interface TransportCodec {
  readonly kind: TrackKind;
  /** Its packets as samples of MP4. */
  format(): PacketFormat;
  /** Its packets. */
  read(stream: PesStream): PacketReader;
}

const video = (codec: NalCodec): TransportCodec => ({
  kind: 'video',
  format: () => new ByteStreamVideo(codec),
  read: (stream) => new PesVideo(stream, codec),
});

const sound = (format: () => PacketFormat, find: FindFrame): TransportCodec => ({
  ...{ kind: 'audio', format },
  read: (stream) => new PesSound(stream, find),
});

const MPEG_AUDIO = sound(() => new Mp3(), mpegAudioFrame);
const DOLBY = sound(() => new Dolby(), dolbyFrame);

/** By stream_type (ISO/IEC 13818-1, table 2-34; ATSC A/52, A3.1). */
const CODECS: Readonly<Record<number, TransportCodec>> = {
  ...{ 3: MPEG_AUDIO, 4: MPEG_AUDIO },
  15: sound(() => new AdtsAac(), adtsFrame),
  ...{ 27: video(AVC), 36: video(HEVC) },
  ...{ 129: DOLBY, 135: DOLBY },
};

const PRIVATE_DATA = 6;
/** AC-3, E-AC-3 (ETSI EN 300 468, annex D). */
const DOLBY_DESCRIPTORS = [0x6a, 0x7a] as const;
/** H.264, AAC, AC-3 and E-AC-3 in SAMPLE-AES (Apple, MPEG-2 Stream Encryption Format, 2.3.1), by what they are in clear. */
const ENCRYPTED_TYPES: Readonly<Record<number, number>> = { 219: 27, 207: 15, 193: 129, 194: 135 };

const UNREADABLE: Readonly<Record<number, readonly [name: string, kind?: TrackKind]>> = {
  1: ['MPEG-1 video', 'video'],
  2: ['MPEG-2 video', 'video'],
  6: ['private data'],
  16: ['MPEG-4 visual', 'video'],
  17: ['AAC in LATM', 'audio'],
  21: ['metadata'],
  134: ['cue messages (SCTE 35)'],
};

/** Whether the payload of a stream cannot be read without a key. */
export const isEncryptedStream = ({ isScrambled, streamType }: ProgramStream): boolean =>
  isScrambled || streamType in ENCRYPTED_TYPES;

/** What is known of an elementary stream's codec, encrypted or not. */
export function transportCodec({ streamType, descriptors }: ProgramStream): TransportCodec | undefined {
  const isDolby = streamType === PRIVATE_DATA && DOLBY_DESCRIPTORS.some((tag) => descriptors.has(tag));
  return isDolby ? DOLBY : CODECS[ENCRYPTED_TYPES[streamType] ?? streamType];
}

/** Whether an elementary stream is video or audio, as far as its type tells. */
export const streamKind = (stream: ProgramStream): TrackKind | 'other' =>
  transportCodec(stream)?.kind ?? UNREADABLE[stream.streamType]?.[1] ?? 'other';

/** Why an elementary stream without a known codec cannot be carried. */
export function unreadable({ streamType }: ProgramStream): string {
  const [name] = UNREADABLE[streamType] ?? [`stream type 0x${streamType.toString(16)}`];
  return `its codec (${name}) is not known`;
}
