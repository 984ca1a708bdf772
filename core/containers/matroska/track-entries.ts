import { copyBytes } from '../../base/bytes.ts';
import { isLanguageTag } from '../../base/language-tag.ts';
import type { CodedKind } from '../../media/track.ts';
import { readBlockAdditions } from './block-additions.ts';
import {
  type ContentEncoding,
  type ContentEncodings,
  decoded,
  readContentEncodings,
} from './content-encoding.ts';
import { type Children, childrenOf, floatOf } from './ebml.ts';
import { type MatroskaUse, readTrackUse } from './track-use.ts';
import { type MatroskaVideo, readVideo } from './video-entry.ts';

/** What a TrackEntry says (RFC 9559, 5.1.4.1), as far as packaging needs it. */
export interface MatroskaTrack {
  /** TrackNumber. */
  readonly id: number;
  readonly kind: CodedKind | 'other';
  /** `V_MPEG4/ISO/AVC`, `A_OPUS`, … */
  readonly codecId: string;
  readonly codecPrivate: Uint8Array;
  readonly isEnabled: boolean;
  /** BCP 47 where the file has it, else ISO 639-2; `eng` when it says nothing. */
  readonly language: string;
  /** Nanoseconds that a decoder gives out before what is meant to be presented. */
  readonly codecDelay: number;
  /** Nanoseconds of a frame; 0 when the file says nothing. */
  readonly defaultDuration: number;
  readonly isEncrypted: boolean;
  /** What was done to its frames, and a reader has to undo, in this order. */
  readonly encodings: readonly ContentEncoding[];
  /** It is compressed in a way that nobody here can undo. */
  readonly unknownCompression: string | undefined;
  /** What is said beside that, by BlockAddIDType. */
  readonly additions: ReadonlyMap<number, Uint8Array>;
  readonly video?: MatroskaVideo;
  readonly audio?: { readonly channels: number; readonly sampleRate: number };
  /** Of sound. */
  readonly sound?: MatroskaUse;
  /** Of subtitles. */
  readonly text?: MatroskaTextFacts;
}

/** What subtitles say of themselves. */
export interface MatroskaTextFacts extends MatroskaUse {
  /** FlagDefault; `undefined`: not said, which means that it may be played. */
  readonly isDefault: boolean | undefined;
  /** What was done to its CodecPrivate, and a reader has to undo: what is wrong with it is no reason to refuse a film. */
  readonly headerEncodings: readonly ContentEncoding[];
}

/** A `Tracks` element of any real file is a few kilobytes; fonts and pictures are elsewhere. */
export const LARGEST_HEADER = 16 * 2 ** 20;
const LONGEST_CODEC_ID = 64;
/** A TrackType. */
const SUBTITLE = 0x11;

/** @param data of a TrackEntry. @throws EbmlError when it is damaged */
export function readTrack(data: Uint8Array): MatroskaTrack {
  const entry = childrenOf(data);
  const type = entry.number(0x83, 0);
  const kind = type === 1 ? 'video' : type === 2 ? 'audio' : 'other';
  const encodings = readContentEncodings(entry.bytes(0x6d80));
  const [video, audio] = [entry.bytes(0xe0), entry.bytes(0xe1)];
  const codecPrivate = copyBytes(entry.bytes(0x63a2) ?? new Uint8Array(0));
  const isReadable = kind !== 'other' && !encodings.isEncrypted && codecPrivate.length > 0;
  return {
    id: entry.number(0xd7, 0),
    kind,
    // It appears in messages.
    codecId: entry
      .text(0x86)
      .slice(0, LONGEST_CODEC_ID)
      .replaceAll(/[^ -~]/g, '?'),
    codecPrivate: isReadable ? decoded(codecPrivate, encodings.codecPrivate, LARGEST_HEADER) : codecPrivate,
    isEnabled: entry.number(0xb9, 1) === 1,
    language: languageOf(entry.text(0x22b59d), entry.text(0x22b59c)),
    codecDelay: entry.number(0x56aa, 0),
    defaultDuration: entry.number(0x23e383, 0),
    isEncrypted: encodings.isEncrypted,
    encodings: encodings.frames,
    unknownCompression: encodings.unknown,
    additions: readBlockAdditions(data),
    ...(kind === 'video' && video && { video: readVideo(video) }),
    ...(kind === 'audio' && audio && { audio: readAudio(audio) }),
    ...(kind === 'audio' && { sound: readTrackUse(entry) }),
    ...(type === SUBTITLE && { text: readTextFacts(entry, encodings) }),
  };
}

const readTextFacts = (entry: Children, { codecPrivate }: ContentEncodings): MatroskaTextFacts => ({
  ...readTrackUse(entry),
  isDefault: entry.bytes(0x88) && entry.number(0x88, 1) === 1,
  headerEncodings: codecPrivate,
});

function readAudio(data: Uint8Array): NonNullable<MatroskaTrack['audio']> {
  const audio = childrenOf(data);
  const rate = audio.bytes(0xb5);
  return { channels: audio.number(0x9f, 1), sampleRate: rate ? Math.round(floatOf(rate)) : 8000 };
}

/** Codes of ISO 639-2 may carry a country, `fre-ca`. */
function languageOf(bcp47: string, iso639: string): string {
  if (isLanguageTag(bcp47)) return bcp47;
  if (iso639 === '') return 'eng';
  const [code = ''] = iso639.split('-');
  return /^[a-z]{3}$/.test(code) ? code : 'und';
}
