import {
  BoxError,
  type BoxSpan,
  childBoxes,
  childMap,
  fourCC,
  payloadOf,
  printable,
  readBoxHeader,
  required,
} from '../../../base/box-walk.ts';
import { viewOf } from '../../../base/bytes.ts';
import { fail } from '../../../base/errors.ts';
import { builtInCodecs } from '../../../codecs/built-in.ts';
import type { Codec } from '../../../codecs/codec.ts';
import type { Codecs } from '../../../codecs/registry.ts';
import {
  entryWith,
  readAudioEntry,
  readVideoEntry,
  type SampleEntryParts,
} from '../../../codecs/sample-entry.ts';
import type { ByteSource } from '../../../io/byte-source.ts';
import type { DisplayMatrix } from '../../../media/orientation.ts';
import type { CodedKind } from '../../../media/track.ts';
import { firstDescription } from './chunk-table.ts';
import { displayMatrix } from './display-matrix.ts';
import { type FoundMovie, findMovie } from './find-movie.ts';
import { type MovieBox, tableBytes } from './movie-box.ts';
import { NO_DEFAULTS, readMovieExtends, type SampleDefaults } from './movie-extends.ts';
import {
  type AudioHeaders,
  parseMovieTimescale,
  parseSampleEntry,
  parseTrackHeaders,
  type TrackHeaders,
  type VideoHeaders,
} from './mp4box-headers.ts';
import type { SampleTableBoxes } from './table-rows.ts';
import { readTrackKinds } from './track-kinds.ts';

/** What the `moov` box of an MP4 or QuickTime file says. */
export interface Movie {
  /** Where the box lies in the file. */
  readonly span: BoxSpan;
  /** Ticks a second of the movie's own times (edit lists). */
  readonly timescale: number;
  readonly tracks: readonly (MediaTrack | OtherTrack)[];
  /** Defaults for samples in fragments, by track_ID; `undefined`: the file has no fragments. */
  readonly fragmentDefaults: ReadonlyMap<number, SampleDefaults> | undefined;
}

/** A `trak` box of video or audio. */
export interface MediaTrack {
  readonly kind: CodedKind;
  readonly id: number;
  /** What it is for, in `kind` boxes. */
  readonly kinds: readonly string[];
  /** Another track has its chapters in it, titles or pictures (`tref` of type `chap`). */
  readonly isChapters: boolean;
  /** The file says that it is to be played (`track_enabled`). */
  readonly isEnabled: boolean;
  readonly headers: TrackHeaders;
  /** `VideoInfo.matrix`. */
  readonly matrix: DisplayMatrix | undefined;
  /** The sample entry that `moov` gives the first sample. */
  readonly first: EntryHeaders;
  /** Any entry of `stsd`, counted from 1. @throws BoxError when there is none, PackagerError when it refers to other files */
  entryAt(number: number): EntryHeaders;
  readonly tables: SampleTableBoxes;
}

/** A sample entry, and what is said in it. */
export interface EntryHeaders {
  readonly entry: SampleEntryParts;
  /** `undefined` when nobody knows it. */
  readonly media: VideoHeaders | AudioHeaders | undefined;
  /** The codecs that it may stand for: mostly one, `mp4a` for several; none that is carried. */
  readonly codecs: readonly Codec[];
}

/** A `trak` box of anything else: time code, chapters, subtitles. */
export interface OtherTrack {
  readonly kind: 'other';
  readonly id: number;
  /** handler_type for messages, e.g. `text`. */
  readonly handler: string;
  /** What is said of it where its samples are subtitles that can be read. */
  readonly text: TextBoxes | undefined;
}

/** Subtitles of a file, before their samples are read. */
export interface TextBoxes {
  readonly id: number;
  /** Sample entry four-character code. */
  readonly entry: 'wvtt' | 'stpp' | 'tx3g';
  /** What the sample entry has in it, from its reserved bytes on. */
  readonly payload: Uint8Array;
  /** What it is for, in `kind` boxes. */
  readonly kinds: readonly string[];
  readonly headers: TrackHeaders;
  readonly tables: SampleTableBoxes;
}

const TEXT_ENTRIES: ReadonlySet<string> = new Set<TextBoxes['entry']>(['wvtt', 'stpp', 'tx3g']);

const HANDLERS: Readonly<Record<string, CodedKind>> = { vide: 'video', soun: 'audio' };

/** The configuration boxes that mp4box makes codec strings from. */
const CODEC_BOXES: ReadonlySet<string> = new Set(['avcC', 'hvcC', 'lvcC', 'vvcC', 'vpcC', 'av1C']);
const NO_BOXES: ReadonlySet<string> = new Set();

/** Sample entries with the fields that all of a kind have, to read one by that mp4box does not know. */
const PLAIN_ENTRIES = { video: 'avc1', audio: 'mp4a' } as const;

/** Who knows the codecs of sample entries. */
export type KnownCodecs = Pick<Codecs, 'withEntry'>;

/**
 * Read all that a file says of its tracks, except the samples that it has in fragments.
 * @param codecs those of the packager: its plugins may bring some
 * @returns `undefined` when it is no ISO base media file
 * @throws BoxError or RangeError when it is damaged, PackagerError when it refers to other files
 */
export async function readMovie(
  source: ByteSource,
  codecs: KnownCodecs = builtInCodecs(),
): Promise<Movie | undefined> {
  const found = await findMovie(source);
  if (!found) return undefined;
  const { bytes } = found;
  const boxes = childBoxes(bytes, readBoxHeader(bytes, 0, bytes.length).payload, bytes.length);
  const mvex = boxes.find(({ type }) => type === 'mvex');
  const defaults = mvex && readMovieExtends(bytes, mvex);
  const mvhd = boxes.find(({ type }) => type === 'mvhd');
  if (!mvhd) throw new BoxError('"moov" has no "mvhd" box');
  const traks = boxes.filter(({ type }) => type === 'trak');
  const chapters = new Set(traks.flatMap((trak) => chaptersOf(bytes, trak)));
  return {
    span: found.span,
    timescale: parseMovieTimescale(payloadOf(bytes, mvhd)),
    tracks: traks.map((trak) =>
      readTrack(source.name, found, { trak, mvhd: payloadOf(bytes, mvhd), defaults, chapters, codecs }),
    ),
    fragmentDefaults: defaults,
  };
}

/** The ids of the tracks that a track has its chapters in (QuickTime File Format; ISO/IEC 14496-12, 8.3.3). */
function chaptersOf(bytes: Uint8Array, trak: BoxSpan): number[] {
  const tref = childMap(bytes, trak).get('tref');
  const chap = tref && childMap(bytes, tref).get('chap');
  if (!chap) return [];
  const view = viewOf(payloadOf(bytes, chap));
  return Array.from({ length: Math.floor(view.byteLength / 4) }, (_, n) => view.getUint32(4 * n));
}

/** What is read of a track. */
interface TrackBoxes {
  readonly trak: BoxSpan;
  /** Payload of the movie's header. */
  readonly mvhd: Uint8Array;
  readonly defaults: Movie['fragmentDefaults'];
  /** Ids of the tracks that others have their chapters in. */
  readonly chapters: ReadonlySet<number>;
  readonly codecs: KnownCodecs;
}

function readTrack(
  name: string,
  found: FoundMovie,
  { trak, mvhd, defaults, chapters, codecs }: TrackBoxes,
): MediaTrack | OtherTrack {
  const { bytes, isQuickTime } = found;
  const children = childMap(bytes, trak);
  const tkhd = payloadOf(bytes, required(children, 'tkhd', 'a track'));
  const media = childMap(bytes, required(children, 'mdia', 'a track'));
  const handler = fourCC(bytes, required(media, 'hdlr', 'a track').payload + 8);
  const kind = HANDLERS[handler];
  const edts = children.get('edts');
  const id = viewOf(tkhd).getUint32(tkhd[0] === 1 ? 20 : 12);
  const readHeaders = (): TrackHeaders =>
    parseTrackHeaders({
      isQuickTime,
      tkhd,
      mdhd: payloadOf(bytes, required(media, 'mdhd', 'a track')),
      elng: optionalPayload(bytes, media.get('elng')),
      elst: optionalPayload(bytes, edts && childMap(bytes, edts).get('elst')),
    });
  if (!kind) {
    // Its samples are not looked into before somebody reads it.
    const text = chapters.has(id) ? undefined : readTextBoxes(found, children, id, readHeaders);
    return { kind: 'other', id, handler: printable(handler), text };
  }

  const information = childMap(bytes, required(media, 'minf', 'a track'));
  const stbl = childMap(bytes, required(information, 'stbl', 'a track'));
  const tables = tablesOf(found, stbl);
  const stsd = required(stbl, 'stsd', 'a track');
  const entryAt = (number: number): EntryHeaders => {
    const entry = readEntry(kind, bytes, stsd, number);
    refuseExternalData(name, bytes, information, viewOf(entry.fields).getUint16(6));
    return entryHeaders(entry, codecs);
  };
  const number = firstDescription(tables) ?? (defaults?.get(id) ?? NO_DEFAULTS).description;

  const headers = readHeaders();
  const matrix = kind === 'video' ? displayMatrix(tkhd, mvhd) : undefined;
  return {
    kind,
    id: headers.id,
    kinds: readTrackKinds(bytes, children.get('udta')),
    isChapters: chapters.has(headers.id),
    isEnabled: (tkhd[3]! & 1) === 1,
    headers,
    matrix,
    first: entryAt(number),
    entryAt,
    tables,
  };
}

const optionalPayload = (bytes: Uint8Array, box: BoxSpan | undefined): Uint8Array | undefined =>
  box && payloadOf(bytes, box);

const tablesOf = (found: MovieBox, stbl: ReadonlyMap<string, BoxSpan>): SampleTableBoxes =>
  new Map([...stbl].map(([type, table]) => [type, tableBytes(found, table)]));

/** `undefined`: its first sample entry is none of text, or it has none. */
function readTextBoxes(
  found: MovieBox,
  track: ReadonlyMap<string, BoxSpan>,
  id: number,
  readHeaders: () => TrackHeaders,
): TextBoxes | undefined {
  const { bytes } = found;
  const minf = childMap(bytes, required(track, 'mdia', 'a track')).get('minf');
  const stblBox = minf && childMap(bytes, minf).get('stbl');
  const stbl = stblBox && childMap(bytes, stblBox);
  const stsd = stbl?.get('stsd');
  const [entry] = stsd ? childBoxes(bytes, stsd.payload + 8, stsd.end) : [];
  if (!stbl || !entry || !isTextEntry(entry.type)) return undefined;
  const payload = payloadOf(bytes, entry);
  const kinds = readTrackKinds(bytes, track.get('udta'));
  return { id, entry: entry.type, payload, kinds, headers: readHeaders(), tables: tablesOf(found, stbl) };
}

const isTextEntry = (type: string): type is TextBoxes['entry'] => TEXT_ENTRIES.has(type);

/** @throws BoxError or RangeError when it is damaged */
export function entryHeaders(entry: SampleEntryParts, known: KnownCodecs = builtInCodecs()): EntryHeaders {
  const codecs = known.withEntry(entry.type);
  // A configuration without content is none, and no damage: mp4box would read past its end.
  const boxes = new Map([...entry.boxes].filter(([, payload]) => payload.length > 0));
  const parse = (type: string, kept: ReadonlySet<string>) =>
    parseSampleEntry(entryWith({ ...entry, type, boxes }, kept));
  const media = parse(entry.type, CODEC_BOXES);
  const [codec] = codecs;
  return { entry, codecs, media: media ?? (codec && parse(PLAIN_ENTRIES[codec.kind], NO_BOXES)) };
}

function readEntry(kind: CodedKind, bytes: Uint8Array, stsd: BoxSpan, index: number): SampleEntryParts {
  const entry = childBoxes(bytes, stsd.payload + 8, stsd.end)[index - 1];
  if (!entry) throw new BoxError(`a track uses sample entry ${index}, which "stsd" does not have`);
  switch (kind) {
    case 'video':
      return readVideoEntry(bytes, entry);
    case 'audio':
      return readAudioEntry(bytes, entry, bytes[stsd.payload] ?? 0);
  }
}

/** QuickTime reference movies keep their media in other files (`dref`, ISO/IEC 14496-12, 8.7.2). */
function refuseExternalData(
  name: string,
  bytes: Uint8Array,
  information: ReadonlyMap<string, BoxSpan>,
  reference: number,
): void {
  const dinf = information.get('dinf');
  const dref = dinf && childMap(bytes, dinf).get('dref');
  const entry = dref && childBoxes(bytes, dref.payload + 8, dref.end)[reference - 1];
  const selfContained = entry === undefined || ((bytes[entry.payload + 3] ?? 0) & 1) === 1;
  if (selfContained) return;
  throw fail.unsupportedInput(
    name,
    'its media data is in another file.',
    'Make one file of it: ffmpeg -i in.mov -map 0 -c copy out.mp4',
  );
}
