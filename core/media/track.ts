import { type Rational, reduced } from '../base/fraction.ts';
import type { ByteSource } from '../io/byte-source.ts';
import type { TextDocument } from '../text/cue.ts';
import type { InputMarker } from './markers.ts';
import type { DisplayMatrix } from './orientation.ts';
import type { SampleTable } from './samples.ts';

/** What a track is to who watches: pictures, sound, subtitles and captions, still pictures (thumbnails of a seek bar). */
export type TrackKind = 'video' | 'audio' | 'text' | 'image';

/** The kinds whose tracks are samples of a codec: what can be cut, protected and muxed. */
export type CodedKind = Extract<TrackKind, 'video' | 'audio'>;

/** What names a codec, in a track; what else it knows is a matter of `core/codecs` (`Codec`). */
export interface TrackCodec {
  /** As messages call it: `H.264`. No two have one name. */
  readonly name: string;
  readonly kind: CodedKind;
  /** Sample entries that stand for it (ISO/IEC 14496-12, 8.5.2): `hvc1`, `hev1`. */
  readonly entries: readonly string[];
  /** Codec strings that mean it, where its entries stand for several codecs as `mp4a` does. */
  readonly strings?: RegExp;
}

/** What every track says of itself, whatever it is. */
export interface CommonInfo {
  /** Which input of the title, from 0. */
  readonly input: number;
  /** Its number in that input: track_ID of MP4, track number of Matroska, PID of MPEG-TS. No two tracks of an input have one. */
  readonly id: number;
  /** ISO 639-2 code, or a tag of BCP 47 where the input has one (`elng`); `und` where it says nothing. */
  readonly language: string;
  /** Values of the scheme `urn:mpeg:dash:role:2011` (ISO/IEC 23009-1, 5.8.5.5): `main`, `commentary`, `caption`. Absent: not said. */
  readonly roles?: readonly string[];
  /** What a player calls it in its menu (`Label`, ISO/IEC 23009-1, 5.3.10; NAME, RFC 8216, 4.3.4.1). Absent: made from the language. */
  readonly label?: string;
  /** For whom it is (CHARACTERISTICS, RFC 8216, 4.3.4.1): `public.accessibility.describes-video`. Absent: everyone. */
  readonly characteristics?: readonly string[];
  /** Shown though nobody has chosen subtitles: translates what is foreign to the film itself (FORCED, RFC 8216, 4.3.4.1). */
  readonly isForced?: boolean;
  /** The one of its kind to play unless the user chooses (DEFAULT, RFC 8216, 4.3.4.1). */
  readonly isDefault?: boolean;
  /** Which key protects it, as in `KeyRequest.label`. Absent: the policy of the title says. */
  readonly keyLabel?: string;
}

/** The plain facts of coded samples, of whatever kind. */
export interface CodedInfo extends CommonInfo {
  /** Sample entry four-character code: `avc1`, `mp4a`, … */
  readonly entry: string;
  /** Codec string of RFC 6381: `avc1.64001f`, `mp4a.40.2`. */
  readonly codecs: string;
  /** Ticks a second. */
  readonly timescale: number;
  /** Sum of all sample durations, in ticks. */
  readonly duration: number;
  readonly sampleCount: number;
  /** Coded bytes of all samples. */
  readonly bytes: number;
}

/**
 * What pictures that players show in place of all, while somebody searches, are: the key frames of a rendition, whose input and id
 * they have; or those of an input that is given for that.
 */
export type TrickPlay = 'key-frames' | 'given';

/** The plain facts of a video track. */
export interface VideoTrackInfo extends CodedInfo {
  readonly kind: 'video';
  /** It is for trick play alone, and made of key frames. Absent: it is a rendition of the title. */
  readonly trickPlay?: TrickPlay;
  readonly video: VideoInfo;
  /** How good its pictures are beside those of the title's other renditions, the higher the better. Absent: nobody has said. */
  readonly score?: number;
}

/** The plain facts of an audio track. */
export interface AudioTrackInfo extends CodedInfo {
  readonly kind: 'audio';
  readonly audio: AudioInfo;
}

/** The plain facts of a track of coded samples; they cross threads and appear in reports. */
export type CodedTrackInfo = VideoTrackInfo | AudioTrackInfo;

/** The plain facts of subtitles or captions. */
export interface TextTrackInfo extends CommonInfo {
  readonly kind: 'text';
  /** What it is written in, as a word: `webvtt`, `ttml`, `srt`. */
  readonly format: string;
  /** Codec string of RFC 6381 where it has one: `wvtt`, `stpp.ttml.im1t`. */
  readonly codecs?: string;
  /** Ticks a second. */
  readonly timescale: number;
  /** Where its last cue ends, in ticks. */
  readonly duration: number;
  /** Bytes of it in the input. */
  readonly bytes: number;
}

/** Subtitles or captions of an input, ready to be read. */
export interface TextTrack extends TextTrackInfo {
  /**
   * Whose time its cues have. `input`: that of the other tracks of its input, edit lists applied, so that they move together.
   * `title`: from the title's first picture or sound on, as a file of its own has it.
   */
  readonly clock: 'input' | 'title';
  /** All that it says. Text is small: it is read as a whole, when somebody needs it. */
  read(): Promise<TextDocument>;
}

/** Still pictures along the timeline, for a seek bar or a menu. No mode carries them yet. */
export interface ImageTrack extends CommonInfo {
  readonly kind: 'image';
  /** What its pictures are coded in, as a word: `jpeg`, `png`, `webp`. */
  readonly format: string;
  /** Size of a picture, in pixels. */
  readonly width: number;
  readonly height: number;
}

/** The plain facts of a track of any kind. */
export type TrackInfo = CodedTrackInfo | TextTrackInfo | ImageTrack;

/** What is to be known of pictures before they are decoded. */
export interface VideoInfo {
  /** Picture size in pixels, after cropping. */
  readonly width: number;
  readonly height: number;
  /** Sample aspect ratio; 1:1 when the file says nothing. */
  readonly sar: Rational;
  readonly frameRate: Rational;
  /** How players turn or flip it; absent: not at all. Size and aspect ratio are those before that. */
  readonly matrix?: DisplayMatrix;
}

/** What is to be known of sound before it is decoded. */
export interface AudioInfo {
  readonly channels: number;
  /** Hz, as presented (the doubled rate of HE-AAC). */
  readonly sampleRate: number;
  /**
   * ChannelConfiguration (ISO/IEC 23091-3, table 3), where it is not the one that so many channels usually are; 0: none stands for
   * the layout, or nobody says what it is.
   */
  readonly layout?: number;
  /** What AC-3 and E-AC-3 say beyond that. */
  readonly dolby?: DolbyInfo;
}

export interface DolbyInfo {
  /** Loudspeakers, 16 bits, `Left` in the top one (ETSI TS 102 366, table E.1.4): 0xF801 is 5.1. */
  readonly speakers: number;
  /** complexity_index_type_a of joint object coding, about the number of objects; absent without JOC. */
  readonly jocComplexity?: number;
}

/** What a decoder has to know of samples before it sees them. */
export interface SampleFormat {
  /** The whole sample entry box, as the input has it (`avc1` with `avcC`, `pasp`, …). */
  readonly sampleEntry: Uint8Array;
  /** Decoder configuration: the payload of `avcC`, `hvcC` or the like, or the AudioSpecificConfig of AAC. */
  readonly config: Uint8Array;
}

/** Coded samples, ready to be read. A track's own format is that of its first sample. */
interface CodedStream extends SampleFormat {
  /**
   * The formats of a track that changes its format on the way, in the order of their first use: `SampleColumns.formats` says
   * which samples have which. All are of one codec family, sample entry and NAL length size.
   */
  readonly formats?: readonly SampleFormat[];
  readonly samples: SampleTable;
  /**
   * Edit list, resolved: sample composition time minus this is presented time, in ticks (media_time minus an
   * initial empty edit). 1024 for AAC priming; the B-frame delay for video; negative for a late start. Nothing else moves a
   * track: not the pre-skip of `dOps`, which decoders drop by themselves, nor `iTunSMPB` or the sample group `roll`.
   */
  readonly presentationOffset: number;
  /** What the input says beside its samples, on the clock of `presentationOffset`. */
  readonly markers?: readonly InputMarker[];
  readonly source: ByteSource;
  /** Its codec, as the engine finds it by `entry` and `codecs`; a demuxer says it where it knows better. It stays in its thread. */
  readonly codec?: TrackCodec | undefined;
}

/** Pictures of an input, ready to be read. */
export interface VideoTrack extends VideoTrackInfo, CodedStream {
  /** Transfer characteristics that the pictures ask for in place of those that are written (`preferred-transfer.ts`). */
  readonly preferredTransfer?: number;
}

/** Sound of an input, ready to be read. */
export interface AudioTrack extends AudioTrackInfo, CodedStream {}

/** A track with sample tables and sample entries: all that is segmented and protected. */
export type CodedTrack = VideoTrack | AudioTrack;

/** One elementary stream of an input, or what stands for one. What a demuxer makes; `kind` tells them apart. */
export type Track = CodedTrack | TextTrack | ImageTrack;

/** Whether a track has coded samples. */
export const isCoded = <T extends { readonly kind: TrackKind }>(
  track: T,
): track is Extract<T, { readonly kind: CodedKind }> => track.kind === 'video' || track.kind === 'audio';

/** The aspect ratio of the displayed picture. */
export const pictureAspect = ({ width, height, sar }: VideoInfo): Rational =>
  reduced({ num: width * sar.num, den: height * sar.den });

/** What a track is coded or written in: its codec string, or where that is no matter of one the word for its format. */
export const formatOf = (track: TrackInfo): string => (isCoded(track) ? track.codecs : track.format);

/** How messages name a track. */
export const describeTrack = (track: TrackInfo): string =>
  `${track.kind} track ${track.id} (${formatOf(track)}) of input ${track.input + 1}`;

/** Codec strings of `mp4a`, which many codecs share, by object type (ISO/IEC 14496-1, table 5). */
export const MP4A_STRINGS = {
  /** MPEG-4 audio with an AudioSpecificConfig, and AAC of MPEG-2 (Main, LC, SSR). */
  aac: /^mp4a\.(40|6[678])/i,
  /** MPEG-1 (0x6B) or MPEG-2 (0x69) audio. */
  mp3: /^mp4a\.6[9b]$/i,
} as const;

export const isAac = ({ codecs }: Pick<CodedTrackInfo, 'codecs'>): boolean => MP4A_STRINGS.aac.test(codecs);

/**
 * What a decoder has to know, as a word: the sample entry, and for `mp4a`, which is many codecs, `aac`, `xhe-aac`,
 * `mp3`, or its object type. Tracks of one family may replace each other in a player, tracks of different families are a choice.
 */
export function codecFamily(track: Pick<CodedTrackInfo, 'entry' | 'codecs'>): string {
  if (track.entry !== 'mp4a') return track.entry.toLowerCase();
  if (MP4A_STRINGS.mp3.test(track.codecs)) return 'mp3';
  if (track.codecs === 'mp4a.40.42') return 'xhe-aac';
  return isAac(track) ? 'aac' : track.codecs.toLowerCase().replaceAll('.', '-');
}
