import { loasFrames } from '../../codecs/aac/latm.ts';
import { adtsFrame, dolbyFrame, type FindFrame, mpegAudioFrame } from '../../codecs/audio-framing.ts';
import { avcByteStream } from '../../codecs/avc/byte-stream.ts';
import { hevcByteStream } from '../../codecs/hevc/byte-stream.ts';
import type { NalByteStream } from '../../codecs/nal/byte-stream.ts';
import {
  OPUS_CONTROL_HEAD,
  type OpusChannels,
  opusChannels,
  opusFrame,
} from '../../codecs/opus/transport.ts';
import { type SoundUse, soundUse } from '../../media/sound-use.ts';
import type { CodedKind } from '../../media/track.ts';
import { type Descriptor, type ProgramStream, registrationsOf } from '../mpegts/read/program.ts';
import { nameStream, PRIVATE_DATA } from '../mpegts/read/stream-names.ts';
import { ByteStreamVideo } from './byte-stream-video.ts';
import { Dolby } from './dolby-sound.ts';
import { LatmAac } from './latm-sound.ts';
import type { PacketReader } from './packet.ts';
import type { ListedKind } from './packet-file.ts';
import type { PacketFormat } from './packet-format.ts';
import { PesSound } from './pes-sound.ts';
import type { PesStream } from './pes-stream.ts';
import { PesVideo } from './pes-video.ts';
import { AdtsAac, Mp3 } from './sound.ts';
import { TransportOpus } from './transport-opus.ts';

/** How an elementary stream becomes a track. */
export interface TransportCodec {
  readonly kind: CodedKind;
  /** Its packets as samples of MP4. */
  format(): PacketFormat;
  /** Its packets. */
  read(stream: PesStream): PacketReader;
}

const video = (codec: NalByteStream): TransportCodec => ({
  kind: 'video',
  format: () => new ByteStreamVideo(codec),
  read: (stream) => new PesVideo(stream, codec),
});

/** @param finder one for each reader */
const sound = (format: () => PacketFormat, finder: () => FindFrame, head?: number): TransportCodec => ({
  kind: 'audio',
  format,
  read: (stream) => new PesSound(stream, finder(), head),
});

const MPEG_AUDIO = sound(
  () => new Mp3(),
  () => mpegAudioFrame,
);
const AAC = sound(
  () => new AdtsAac(),
  () => adtsFrame,
);
const LATM = sound(() => new LatmAac(), loasFrames);
const DOLBY = sound(
  () => new Dolby(),
  () => dolbyFrame,
);
const [H264, H265] = [video(avcByteStream), video(hevcByteStream)];
const opus = (channels: OpusChannels): TransportCodec =>
  sound(
    () => new TransportOpus(channels),
    () => opusFrame,
    OPUS_CONTROL_HEAD,
  );

/** By stream_type (ISO/IEC 13818-1, table 2-34; ATSC A/52, A3.1; Blu-ray). */
const CODECS: Readonly<Record<number, TransportCodec>> = {
  3: MPEG_AUDIO,
  4: MPEG_AUDIO,
  15: AAC,
  17: LATM,
  27: H264,
  36: H265,
  129: DOLBY,
  132: DOLBY,
  135: DOLBY,
};

/** Of private data, by what a registration descriptor or one of ETSI EN 300 468, annex D, says. */
const REGISTERED: Readonly<Record<string, TransportCodec>> = { 'AC-3': DOLBY, EAC3: DOLBY, HEVC: H265 };
const DESCRIBED: Readonly<Record<number, TransportCodec>> = { 106: DOLBY, 122: DOLBY };

/** H.264, AAC, AC-3 and E-AC-3 in SAMPLE-AES (Apple, MPEG-2 Stream Encryption Format, 2.3.1), by what they are in clear. */
const ENCRYPTED_TYPES: Readonly<Record<number, number>> = { 219: 0x1b, 207: 0x0f, 193: 0x81, 194: 0x87 };

/** Whether the payload of a stream cannot be read without a key. */
export const isEncryptedStream = ({ isScrambled, streamType }: ProgramStream): boolean =>
  isScrambled || streamType in ENCRYPTED_TYPES;

/** What is known of an elementary stream's codec, encrypted or not. */
export function transportCodec(stream: ProgramStream): TransportCodec | undefined {
  const { streamType, descriptors } = stream;
  if (streamType !== PRIVATE_DATA) return CODECS[ENCRYPTED_TYPES[streamType] ?? streamType];
  const registrations = registrationsOf(descriptors);
  if (registrations.includes('Opus')) return opusCodec(descriptors);
  return (
    registrations.map((registration) => REGISTERED[registration]).find(Boolean) ??
    descriptors.map(({ tag }) => DESCRIBED[tag]).find(Boolean)
  );
}

/** extension_descriptor, and its extension for the channels of Opus. */
const [EXTENSION, OPUS_CHANNELS] = [0x7f, 0x80];

function opusCodec(descriptors: readonly Descriptor[]): TransportCodec | undefined {
  const told = descriptors.find(({ tag, data }) => tag === EXTENSION && data[0] === OPUS_CHANNELS);
  const channels = opusChannels(told?.data[1]);
  return channels && opus(channels);
}

/** What sound is for, by audio_type (ISO/IEC 13818-1, table 2-60). */
const [HEARING_IMPAIRED, VISUAL_IMPAIRED_COMMENTARY] = [2, 3];

export const transportUse = ({ audioType }: ProgramStream): SoundUse =>
  soundUse({
    isDescription: audioType === VISUAL_IMPAIRED_COMMENTARY,
    isForHearing: audioType === HEARING_IMPAIRED,
  });

/** What an elementary stream is, as far as anybody can tell. */
export function streamKind(stream: ProgramStream): ListedKind {
  const kind = transportCodec(stream)?.kind ?? nameStream(stream).kind;
  return kind === 'data' ? 'other' : kind;
}

/** Why an elementary stream without a known codec cannot be carried. */
export const unreadable = (stream: ProgramStream): string =>
  `its codec (${nameStream(stream).name}) is not known`;
