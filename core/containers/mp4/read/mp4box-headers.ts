import type { AudioSampleEntry, Box, VisualSampleEntry } from 'mp4box';
import { box, fullBox, u32 } from '../../../base/box.ts';
import { BoxError } from '../../../base/box-walk.ts';
import { concat } from '../../../base/bytes.ts';
import { loadNow } from '../../../base/load-now.ts';
import type { Edit } from './edit-list.ts';
import { mediaLanguage } from './mac-language.ts';

/** Payloads of the boxes of one track that mp4box gets to see. */
export interface HeaderPayloads {
  /** Of the file: some fields mean something else there. */
  readonly isQuickTime: boolean;
  readonly tkhd: Uint8Array;
  readonly mdhd: Uint8Array;
  readonly elng: Uint8Array | undefined;
  readonly elst: Uint8Array | undefined;
}

/** What mp4box reads from them. */
export interface TrackHeaders {
  readonly id: number;
  /** Ticks a second. */
  readonly timescale: number;
  /** From `mdhd`: three letters, or the tag of BCP 47 that a code of the Macintosh stands for; `und` where it states none. */
  readonly language: string;
  /** BCP 47, from `elng`. */
  readonly extendedLanguage: string | undefined;
  readonly edits: readonly Edit[];
}

/** What a sample entry of video says; `codecs` as far as mp4box knows the codec. */
export interface VideoHeaders {
  readonly kind: 'video';
  readonly codecs: string;
  readonly width: number;
  readonly height: number;
}

/** What a sample entry of audio says. */
export interface AudioHeaders {
  readonly kind: 'audio';
  readonly codecs: string;
  readonly channels: number;
  /** Hz; 0 where the field has no room for it. */
  readonly sampleRate: number;
}

const mp4box = () => loadNow<typeof import('mp4box')>('mp4box');

/** Headers are small; mp4box copies some of what it is given more than once. */
const LARGEST_HEADERS = 2 ** 20;

/**
 * Let mp4box parse a track's headers, and them alone: of the sample tables it would make an object a sample, and most
 * of its loops believe the counts of the file.
 * @throws BoxError or RangeError when they are damaged
 */
export function parseTrackHeaders({ isQuickTime, tkhd, mdhd, elng, elst }: HeaderPayloads): TrackHeaders {
  const boxes = parse([
    box('tkhd', tkhd),
    box('mdhd', mdhd),
    ...(elng ? [box('elng', elng)] : []),
    ...(elst ? [box('elst', elst)] : []),
  ]);
  const { BoxParser } = mp4box();
  const track = boxes.find((found) => found instanceof BoxParser.box.tkhd);
  const media = boxes.find((found) => found instanceof BoxParser.box.mdhd);
  const language = boxes.find((found) => found instanceof BoxParser.box.elng);
  const editList = boxes.find((found) => found instanceof BoxParser.box.elst);
  if (!track || !media) throw new BoxError('a track has damaged headers');
  if (media.timescale === 0) throw new BoxError(`track ${track.track_id} has a time scale of 0`);
  return {
    id: track.track_id,
    timescale: media.timescale,
    language: mediaLanguage(media.language, isQuickTime),
    extendedLanguage: language?.extended_language,
    edits: (editList?.entries ?? []).map((edit) => ({
      segmentDuration: edit.segment_duration,
      mediaTime: edit.media_time,
      // mp4box reads both halves as numbers with a sign; of a fixed-point number only the upper one has it.
      rate: edit.media_rate_integer + (edit.media_rate_fraction & 0xffff) / 2 ** 16,
    })),
  };
}

/**
 * What a whole sample entry says, which has no boxes in its boxes; `undefined` when mp4box does not know it.
 * @throws BoxError or RangeError when it is damaged
 */
export function parseSampleEntry(entry: Uint8Array): VideoHeaders | AudioHeaders | undefined {
  const boxes = parse([fullBox('stsd', 0, 0, u32(1), entry)]);
  const { BoxParser } = mp4box();
  const description = boxes.find((found) => found instanceof BoxParser.box.stsd);
  return mediaOf(description?.entries[0]);
}

/** Ticks a second of the movie, from the payload of `mvhd`. */
export function parseMovieTimescale(mvhd: Uint8Array): number {
  const { BoxParser } = mp4box();
  const header = parse([box('mvhd', mvhd)]).find((found) => found instanceof BoxParser.box.mvhd);
  if (!header) throw new BoxError('its "mvhd" box is damaged');
  return header.timescale;
}

function mediaOf(entry: Box | undefined): VideoHeaders | AudioHeaders | undefined {
  const { AudioSampleEntry, VisualSampleEntry } = mp4box();
  if (entry instanceof VisualSampleEntry) {
    return { kind: 'video', codecs: codecsOf(entry), width: entry.width, height: entry.height };
  }
  if (entry instanceof AudioSampleEntry) {
    return {
      kind: 'audio',
      codecs: codecsOf(entry),
      channels: entry.channel_count,
      sampleRate: entry.samplerate,
    };
  }
  return undefined;
}

function codecsOf(entry: VisualSampleEntry | AudioSampleEntry): string {
  try {
    return entry.getCodec();
  } catch {
    return entry.type; // its configuration box is missing: whoever needs it will say so
  }
}

function parse(boxes: readonly Uint8Array[]): readonly Box[] {
  const bytes = concat(boxes);
  if (bytes.length > LARGEST_HEADERS) throw new BoxError(`the headers of a track have ${bytes.length} bytes`);
  const { createFile, Log, MP4BoxBuffer } = mp4box();
  const buffer = new MP4BoxBuffer(bytes.length);
  new Uint8Array(buffer).set(bytes);
  const file = createFile();
  const { error } = Log;
  Log.error = ignore; // it would print; what matters of it shows in the values
  try {
    if (file.checkBuffer(buffer)) file.parse();
  } finally {
    Log.error = error;
  }
  return file.boxes;
}

const ignore = (): void => {};
