import { copyBytes } from '../../base/bytes.ts';
import type { Rational } from '../../base/fraction.ts';
import { isLanguageTag } from '../../base/language-tag.ts';
import type { Colours } from '../../codecs/picture-format.ts';
import { type DisplayMatrix, turned } from '../../media/orientation.ts';
import type { CodedKind } from '../../media/track.ts';
import {
  type ContentEncoding,
  type ContentEncodings,
  decoded,
  readContentEncodings,
} from './content-encoding.ts';
import { elements, floatOf, textOf, unsignedOf } from './ebml.ts';

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
  readonly video?: {
    /** Pixels that a decoder gives out. */
    readonly width: number;
    readonly height: number;
    /** What PixelCrop leaves of them; absent: all. */
    readonly cropped?: { readonly width: number; readonly height: number };
    /** 1:1 when the file says nothing. */
    readonly sar: Rational;
    readonly colours: Colours | undefined;
    readonly matrix?: DisplayMatrix;
  };
  readonly audio?: { readonly channels: number; readonly sampleRate: number };
  /** Of subtitles. */
  readonly text?: MatroskaTextFacts;
}

/** What subtitles say of themselves, beside their language (RFC 9559, 5.1.4.1). */
export interface MatroskaTextFacts {
  /** As users know it; empty where it has none. */
  readonly name: string;
  /** FlagDefault; `undefined`: not said, which means that it may be played. */
  readonly isDefault: boolean | undefined;
  readonly isForced: boolean;
  /** For the deaf and hard of hearing. */
  readonly isHearingImpaired: boolean;
  readonly isCommentary: boolean;
  /** What was done to its CodecPrivate, and a reader has to undo: what is wrong with it is no reason to refuse a film. */
  readonly headerEncodings: readonly ContentEncoding[];
}

/** A `Tracks` element of any real file is a few kilobytes; fonts and pictures are elsewhere. */
export const LARGEST_HEADER = 16 * 2 ** 20;
const LONGEST_CODEC_ID = 64;
/** A TrackType. */
const SUBTITLE = 0x11;
const UNSPECIFIED = 2;
/** Code points of colours (ITU-T H.273) have a byte. */
const LARGEST_CODE = 0xff;
const FULL_RANGE = 2;

/** The children of an element by id; of several with one id the first. */
export function childrenOf(data: Uint8Array) {
  const children = new Map<number, Uint8Array>();
  for (const { id, data: child } of elements(data)) if (!children.has(id)) children.set(id, child);
  return {
    number: (id: number, otherwise: number) => {
      const child = children.get(id);
      return child ? unsignedOf(child) : otherwise;
    },
    text: (id: number) => textOf(children.get(id) ?? new Uint8Array(0)),
    bytes: (id: number) => children.get(id),
  };
}

type Children = ReturnType<typeof childrenOf>;

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
    ...(kind === 'video' && video && { video: readVideo(video) }),
    ...(kind === 'audio' && audio && { audio: readAudio(audio) }),
    ...(type === SUBTITLE && { text: readTextFacts(entry, encodings) }),
  };
}

function readTextFacts(entry: Children, { codecPrivate }: ContentEncodings): MatroskaTextFacts {
  const flag = (id: number): boolean => entry.number(id, 0) === 1;
  return {
    name: entry.text(0x536e),
    isDefault: entry.bytes(0x88) && entry.number(0x88, 1) === 1,
    isForced: flag(0x55aa),
    isHearingImpaired: flag(0x55ab),
    isCommentary: flag(0x55af),
    headerEncodings: codecPrivate,
  };
}

function readVideo(data: Uint8Array): NonNullable<MatroskaTrack['video']> {
  const video = childrenOf(data);
  const [width, height] = [video.number(0xb0, 0), video.number(0xba, 0)];
  const crop = (sides: readonly number[]) => sides.reduce((sum, id) => sum + video.number(id, 0), 0);
  const cropped = {
    width: width - crop([0x54cc, 0x54dd]), // PixelCropLeft, PixelCropRight
    height: height - crop([0x54bb, 0x54aa]),
  };
  // DisplayUnit 4 says that the shape is not known; all others give two lengths of one unit.
  const isKnown = video.number(0x54b2, 0) !== 4;
  const shown = { width: video.number(0x54b0, cropped.width), height: video.number(0x54ba, cropped.height) };
  const sar = { num: shown.width * cropped.height, den: shown.height * cropped.width };
  const colour = video.bytes(0x55b0);
  const projection = video.bytes(0x7670);
  const matrix = projection && readProjection(projection);
  return {
    width,
    height,
    ...((cropped.width !== width || cropped.height !== height) && { cropped }),
    sar: isKnown && sar.num > 0 && sar.den > 0 ? sar : { num: 1, den: 1 },
    colours: colour && readColours(colour),
    ...(matrix && { matrix }),
  };
}

const RECTANGULAR = 0;

/** A flat picture that is rolled, or looked at from behind; degrees are counter-clockwise (RFC 9559, 5.1.4.1.28.41). */
function readProjection(data: Uint8Array): DisplayMatrix | undefined {
  const projection = childrenOf(data);
  const pose = (id: number): number => {
    const angle = projection.bytes(id);
    return angle ? floatOf(angle) : 0;
  };
  const [yaw, pitch, roll] = [pose(0x7673), pose(0x7674), pose(0x7675)];
  const isFlat = projection.number(0x7671, RECTANGULAR) === RECTANGULAR && pitch === 0;
  const isBehind = Math.abs(yaw) === 180;
  if (!isFlat || !Number.isFinite(roll) || (yaw !== 0 && !isBehind)) return undefined;
  return turned(-roll, isBehind);
}

function readColours(data: Uint8Array): Colours | undefined {
  const colour = childrenOf(data);
  const codes = [0x55bb, 0x55ba, 0x55b1]
    .map((id) => colour.number(id, UNSPECIFIED))
    .map((code) => (code > LARGEST_CODE ? UNSPECIFIED : code));
  const [primaries = UNSPECIFIED, transfer = UNSPECIFIED, matrix = UNSPECIFIED] = codes;
  const range = colour.number(0x55b9, 0);
  if (range === 0 && codes.every((code) => code === UNSPECIFIED)) return undefined;
  return { primaries, transfer, matrix, fullRange: range === FULL_RANGE };
}

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
