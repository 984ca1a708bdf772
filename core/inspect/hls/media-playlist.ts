import { isDeepStrictEqual } from 'node:util';
import type { FaultList } from '../files/fault-list.ts';
import { ForeignReference, type References } from '../files/references.ts';
import type { ListedKey, ListedSegment, ListedTag, ListedTiles } from '../model/listed-package.ts';
import type { PlaceOfBytes } from '../model/places.ts';
import { readByteRange } from './byte-range.ts';
import { readKey } from './key.ts';
import { PlaylistLines } from './playlist-lines.ts';
import type { Variables } from './variables.ts';

/** What a media playlist says (RFC 8216bis, 4.4.3 and 4.4.4). */
export interface MediaPlaylist {
  readonly segments: readonly ListedSegment[];
  /** The first init segment; `undefined`: there is none. */
  readonly init: PlaceOfBytes | undefined;
  readonly targetDuration: number | undefined;
  /** Seconds: of all segments. */
  readonly duration: number;
  /** EXT-X-ENDLIST: nothing will follow. */
  readonly isComplete: boolean;
  readonly iFramesOnly: boolean;
  readonly imagesOnly: boolean;
  readonly independent: boolean;
  readonly tiles: ListedTiles | undefined;
  /** Tags that are not of one segment or its key. */
  readonly tags: readonly ListedTag[];
}

/** More than a week in segments of a second; what has more is no title. */
export const MOST_SEGMENTS = 1_000_000;

/** Tags of one segment, or of all from there on: they are in the segments. */
const OF_SEGMENTS =
  /^(?:EXTINF|EXT-X-(?:BYTERANGE|KEY|MAP|DISCONTINUITY|GAP|PROGRAM-DATE-TIME|BITRATE|TILES|PART))$/;

/** @throws RangeError for more segments than any title has, as a sentence */
export function readMediaPlaylist(
  path: string,
  text: string,
  references: References,
  faults: FaultList,
  imported?: Variables,
): MediaPlaylist {
  const reader = new MediaPlaylistReader(new PlaylistLines(path, text, faults, imported), references, faults);
  return reader.read();
}

type Segment = Omit<ListedSegment, 'init'> & { init: PlaceOfBytes | undefined };

/** What has been said of the next segment. */
interface NextSegment {
  duration?: number;
  range?: { readonly text: string; readonly line: number };
  discontinuity?: true;
  isGap?: true;
  dateTime?: number;
}

class MediaPlaylistReader {
  readonly #lines: PlaylistLines;
  readonly #references: References;
  readonly #faults: FaultList;
  readonly #base: string;
  readonly #segments: Segment[] = [];
  readonly #tags: ListedTag[] = [];
  readonly #flags = new Set<string>();
  readonly #inits: PlaceOfBytes[] = [];
  /** In force: one for each KEYFORMAT. */
  #keys: readonly ListedKey[] = [];
  #init: PlaceOfBytes | undefined;
  #next: NextSegment = {};
  #time = 0;
  #first = 0;
  #targetDuration: number | undefined;
  #tiles: MediaPlaylist['tiles'];
  /** Line of an EXTINF whose URI is still to come. */
  #waiting: number | undefined;

  constructor(lines: PlaylistLines, references: References, faults: FaultList) {
    this.#lines = lines;
    this.#references = references;
    this.#faults = faults;
    this.#base = references.addressOf(lines.path);
  }

  read(): MediaPlaylist {
    for (const line of this.#lines) {
      if (line.name === 'URI') this.#segment(line.value, line.line);
      else if ('attributes' in line) this.#tag(line);
    }
    if (this.#waiting !== undefined)
      this.#fault(this.#waiting, 'EXTINF')('URI_MISSING', 'has no URI behind it');
    if (this.#targetDuration === undefined) {
      const { path } = this.#lines;
      this.#faults.add(path, undefined, 'TARGETDURATION_MISSING', `${path} has no EXT-X-TARGETDURATION.`);
    }
    const isComplete = this.#flags.has('EXT-X-ENDLIST');
    const isWhole = this.#tags.some(({ name, value }) => name === 'EXT-X-PLAYLIST-TYPE' && value === 'VOD');
    if (isWhole && !isComplete) this.#isCut();
    if (this.#inits.length <= 1) for (const segment of this.#segments) segment.init = undefined;
    return {
      segments: this.#segments,
      init: this.#inits[0],
      targetDuration: this.#targetDuration,
      duration: this.#time,
      isComplete,
      iFramesOnly: this.#flags.has('EXT-X-I-FRAMES-ONLY'),
      imagesOnly: this.#flags.has('EXT-X-IMAGES-ONLY'),
      independent: this.#flags.has('EXT-X-INDEPENDENT-SEGMENTS'),
      tiles: this.#tiles,
      tags: this.#tags,
    };
  }

  /** A playlist of type VOD never changes (RFC 8216bis, 4.4.3.5): where its end is not marked, it was cut, or players reload it for ever. */
  #isCut(): void {
    const { path } = this.#lines;
    const what =
      'is of type VOD and does not end with EXT-X-ENDLIST: it was cut, or players take it for live';
    this.#faults.add(path, undefined, 'ENDLIST_MISSING', `${path} ${what}.`);
  }

  #fault(line: number, subject: string) {
    return this.#lines.faultAt(line, subject);
  }

  #tag(tag: ListedTag): void {
    const { name, line, value } = tag;
    if (!OF_SEGMENTS.test(name)) this.#tags.push(tag);
    switch (name) {
      case 'EXTINF':
        this.#duration(value, line);
        break;
      case 'EXT-X-BYTERANGE':
        this.#next.range = { text: value, line };
        break;
      case 'EXT-X-KEY':
        this.#key(tag);
        break;
      case 'EXT-X-MAP':
        this.#map(tag);
        break;
      case 'EXT-X-DISCONTINUITY':
        this.#next.discontinuity = true;
        break;
      case 'EXT-X-GAP':
        this.#next.isGap = true;
        break;
      case 'EXT-X-PROGRAM-DATE-TIME':
        this.#dateTime(value, line);
        break;
      case 'EXT-X-TARGETDURATION':
        this.#targetDuration = this.#integer(tag) ?? this.#targetDuration;
        break;
      case 'EXT-X-MEDIA-SEQUENCE':
        this.#first = this.#integer(tag) ?? 0;
        if (this.#segments.length > 0)
          this.#fault(line, name)('TAG_TOO_LATE', 'stands behind the first segment');
        break;
      case 'EXT-X-TILES':
        this.#grid(tag);
        break;
      default:
        this.#flags.add(name);
    }
  }

  #integer({ name, line, value }: ListedTag): number | undefined {
    if (/^\d{1,15}$/.test(value)) return Number(value);
    this.#fault(line, name)('TAG_VALUE', 'has no whole number');
    return undefined;
  }

  #duration(value: string, line: number): void {
    if (this.#waiting !== undefined)
      this.#fault(this.#waiting, 'EXTINF')('URI_MISSING', 'has no URI behind it');
    this.#waiting = line;
    const comma = value.indexOf(',');
    const text = (comma < 0 ? value : value.slice(0, comma)).trim();
    const isNumber = /^\d+(?:\.\d+)?$/.test(text);
    if (!isNumber) this.#fault(line, 'EXTINF')('EXTINF_SYNTAX', 'has no duration in seconds');
    if (comma < 0) this.#fault(line, 'EXTINF')('EXTINF_SYNTAX', 'has no comma behind its duration');
    this.#next.duration = isNumber ? Number(text) : 0;
  }

  /** Key lines replace those of the same KEYFORMAT; NONE ends all of them. */
  #key(tag: ListedTag): void {
    const key = readKey(tag, this.#fault(tag.line, tag.name));
    if (!key) return;
    const others = this.#keys.filter(({ keyFormat }) => keyFormat !== key.keyFormat);
    this.#keys = key.method === 'NONE' ? [] : [...others, key];
  }

  #map({ line, name, attributes }: ListedTag): void {
    const fault = this.#fault(line, name);
    const uri = attributes.get('URI');
    if (uri === undefined || uri === '') {
      fault('URI_MISSING', 'has no URI');
      return;
    }
    const range = attributes.get('BYTERANGE');
    const place = range === undefined ? undefined : readByteRange(range, 0, fault);
    const init = { path: this.#path(uri, line), offset: place?.offset ?? 0, length: place?.length };
    // Behind a discontinuity the same one is often named again.
    const known = this.#inits.find((other) => isDeepStrictEqual(other, init));
    this.#init = known ?? init;
    if (!known) this.#inits.push(init);
  }

  #dateTime(value: string, line: number): void {
    const time = Date.parse(value);
    if (Number.isNaN(time))
      this.#fault(line, 'EXT-X-PROGRAM-DATE-TIME')('DATE_SYNTAX', 'has no date and time');
    else this.#next.dateTime = time;
  }

  #segment(uri: string, line: number): void {
    const { duration, range, dateTime, isGap } = this.#next;
    if (duration === undefined) this.#fault(line, 'The URI')('EXTINF_MISSING', 'has no EXTINF before it');
    const path = this.#path(uri, line);
    const previous = this.#segments.at(-1)?.place;
    const isNext = previous?.path === path && previous.length !== undefined;
    const start = isNext ? previous.offset + (previous.length ?? 0) : undefined;
    const place = range && readByteRange(range.text, start, this.#fault(range.line, 'EXT-X-BYTERANGE'));
    if (this.#segments.length >= MOST_SEGMENTS) {
      throw new RangeError(`it lists more than ${MOST_SEGMENTS} segments.`);
    }
    this.#segments.push({
      place: { path, offset: place?.offset ?? 0, length: place?.length },
      start: this.#time,
      duration: duration ?? 0,
      keys: this.#keys,
      init: this.#init,
      discontinuity: this.#next.discontinuity ?? false,
      number: this.#first + this.#segments.length,
      line,
      ...(isGap && { isGap }),
      ...(dateTime !== undefined && { dateTime }),
    });
    this.#time += duration ?? 0;
    this.#next = {};
    this.#waiting = undefined;
  }

  /** Each image has a tag of its own. */
  #grid({ attributes }: ListedTag): void {
    const tiles = tilesOf(attributes);
    const known = this.#tiles;
    if (!known || !tiles) this.#tiles ??= tiles;
    else if (!isDeepStrictEqual(known, tiles)) this.#tiles = { columns: known.columns, rows: known.rows };
  }

  /** The path that a URI means; one that leads out of the package stands for itself, and nobody opens it. */
  #path(uri: string, line: number): string {
    try {
      return this.#references.pathOf(uri, this.#base);
    } catch (cause) {
      if (!(cause instanceof ForeignReference)) throw cause;
      this.#faults.add(
        this.#lines.path,
        line,
        'REFERENCE_FOREIGN',
        `In line ${line} of ${this.#lines.path}, ${cause.message}`,
      );
      return cause.shown;
    }
  }
}

/** `5x4` */
function pair(text: string | undefined): readonly [number, number] | undefined {
  const [, one, other] = /^(\d{1,6})x(\d{1,6})$/.exec(text ?? '') ?? [];
  return one === undefined ? undefined : [Number(one), Number(other)];
}

/** EXT-X-TILES (Image Media Playlist for HLS). */
function tilesOf(attributes: ReadonlyMap<string, string>): ListedTiles | undefined {
  const grid = pair(attributes.get('LAYOUT'));
  if (!grid) return undefined;
  const size = pair(attributes.get('RESOLUTION'));
  const seconds = Number(attributes.get('DURATION'));
  return {
    columns: grid[0],
    rows: grid[1],
    ...(size && { width: size[0], height: size[1] }),
    ...(seconds > 0 && { seconds }),
  };
}
