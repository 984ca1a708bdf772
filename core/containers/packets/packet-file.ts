import { fail } from '../../base/errors.ts';
import type { InputMarker } from '../../media/markers.ts';
import type { SoundFacts } from '../../media/sound-use.ts';
import type { CodedKind, TextTrack } from '../../media/track.ts';
import { EbmlError } from '../matroska/ebml.ts';
import { TransportError } from '../mpegts/read/pes-reader.ts';
import type { PacketReader } from './packet.ts';
import type { PacketFormat } from './packet-format.ts';
import type { TextBlocks } from './text-blocks.ts';
import type { ClockRules } from './time-bases.ts';

/** A file that is made of packets, as its headers describe it. */
export interface PacketFile {
  /** Ticks a second. */
  readonly clock: number;
  /** Its clock starts anywhere: the earliest sample of all tracks is at 0. */
  readonly isClockFree: boolean;
  readonly clockRules: ClockRules;
  readonly tracks: readonly ListedTrack[];
  /** Get ready to read packets; answers what makes a reader for the track of an id. */
  open(): Promise<(id: number) => PacketReader>;
  /** Whether nothing is missing between two places of packets of a track; absent: the container cannot tell. */
  isWhole?(from: number, to: number): Promise<boolean>;
  /**
   * What was found to be missing while packets were read, as sentences; absent: the container cannot tell.
   * @param joints at so many places recordings were joined
   */
  losses?(joints: number): readonly string[];
  /**
   * What is said beside the tracks, on the file's clock; absent: nothing.
   * @param checkpoint called again and again; may throw, to give up
   */
  markers?(checkpoint: () => void): Promise<readonly FoundMarker[]>;
  /** Its subtitles; absent: none that can be read. */
  readonly texts?: PacketTexts | undefined;
  /** Whatever reading a damaged file throws, in one sentence. */
  explain(cause: unknown): unknown;
}

/** A marker as it is found in a file, on the clock of that. */
export interface FoundMarker extends InputMarker {
  /** How far into the file it is said, 0 to 1: a clock that wraps has a time more than once. */
  readonly place: number;
}

/** Subtitles of a file: they are small, and read as a whole. */
export interface PacketTexts {
  /**
   * Go through the file for all of them.
   * @param warn told what of them cannot be kept, and which are left out
   * @returns plain data that crosses threads
   */
  scan(checkCancelled: () => void, warn: (message: string) => void): Promise<readonly ScannedText[]>;
  /** The track that was scanned, in this thread or in another. */
  open(scanned: ScannedText): Omit<TextTrack, 'input'>;
}

/** What going through a file has shown of subtitles. */
export interface ScannedText extends Pick<TextTrack, 'id' | 'duration'> {
  readonly blocks: TextBlocks;
}

/** `other`: neither video nor audio; `unknown`: it may be either. */
export type ListedKind = CodedKind | 'other' | 'unknown';

/** What such a file says of a track. */
export interface ListedTrack {
  readonly id: number;
  readonly kind: ListedKind;
  /** It is among the `texts` of its file. */
  readonly isText?: boolean;
  /** ISO 639-2 or BCP 47; `und` when it says nothing. */
  readonly language: string;
  /** What sound is for, and what menus call it. */
  readonly use?: SoundFacts | undefined;
  readonly isEncrypted: boolean;
  /** It is not without data, as far as was looked. */
  readonly isSeen: boolean;
  /** Seconds that a decoder gives out before what is meant to be presented. */
  readonly delay: number;
  /** Seconds of a picture; 0 when it does not say. */
  readonly pictureSeconds: number;
  /** How it becomes a track of MP4, or why it cannot. @throws PackagerError NOT_MEDIA when its configuration is damaged */
  format(): PacketFormat | string;
}

/** Reads nothing: what a track that has no packets is read with. */
export const NO_PACKETS: PacketReader = {
  first: async () => undefined,
  next: async () => undefined,
  seek: async () => undefined,
};

/**
 * A file that breaks the syntax of its container, in one sentence; any other `cause` as it is.
 * @param title the container, as messages name it
 */
export function explainReading(cause: unknown, name: string, title: string): unknown {
  if (!(cause instanceof EbmlError || cause instanceof TransportError)) return cause;
  const hint = 'It is damaged or cut short: make it again, or try `ffmpeg -i in -c copy out.mp4`.';
  return fail.notMedia(name, `as ${title}, ${cause.message}.`, hint);
}
