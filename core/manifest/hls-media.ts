import { fail } from '../base/errors.ts';
import { MICROSECONDS } from '../base/exact-time.ts';
import type { RenditionResult, SegmentRows } from '../contract/rendition.ts';
import type { HlsKey } from '../drm/drm-system.ts';
import type { Marker } from '../media/markers.ts';
import { CLEAR } from '../title/periods.ts';
import { attributeTag, keysVersion, keyTags, quoted } from './hls-attributes.ts';
import { dateRangeTags, dateTag } from './hls-markers.ts';
import { listRows, type SegmentRow } from './rows.ts';
import { relativeUri } from './uri.ts';

/** What a media playlist is made of. */
export interface MediaPlaylistInput {
  /** Where the playlist will be, from the mode's folder: `media-1/stream.m3u8`. */
  readonly path: string;
  readonly rendition: RenditionResult;
  /**
   * In force for all segments, or for those of a crypto period; several key formats are alternatives, and the same ones in all
   * periods. None for a clear rendition.
   */
  readonly keys: readonly HlsKey[] | ((period: number) => readonly HlsKey[]);
  /** Seconds, from `targetDuration`. */
  readonly targetDuration: number;
  /** Of the title: EXT-X-DATERANGE. @default none */
  readonly markers?: readonly Marker[] | undefined;
  /** Whether it gives its start a date, from `isDated`. @default false */
  readonly isDated?: boolean;
}

/**
 * EXT-X-TARGETDURATION of a presentation, in seconds: the longest EXTINF of all its playlists, rounded. All of them
 * have to state the same value (RFC 8216, 6.2.4), but those of subtitles, which may be one long segment.
 */
export function targetDuration(renditions: readonly RenditionResult[]): number {
  let longest = 1;
  for (const { timescale, segments, iframes } of renditions) {
    for (const rows of iframes ? [segments, iframes] : [segments]) {
      for (const duration of printedDurations(listRows(rows), timescale)) {
        longest = Math.max(longest, Math.round(duration / MICROSECONDS));
      }
    }
  }
  return longest;
}

/** Seconds between two starts that nobody hears or sees. */
const TOGETHER = 0.05;

/**
 * Whether playlists give their start a date: all of a title or none (RFC 8216, 6.2.4). Markers are on that clock; and where renditions
 * begin apart, players that go by durations alone would put the later ones to the start (shaka-player). Gaps (EXT-X-GAP) in front
 * of these say the same, but hls.js then never starts.
 */
export const isDated = (renditions: readonly RenditionResult[], markers: readonly Marker[] = []): boolean =>
  markers.some(({ kind }) => kind !== 'chapter') ||
  renditions.some(({ segments, timescale }) => (listRows(segments)[0]?.start ?? 0) / timescale > TOGETHER);

/** The media playlist of one rendition (RFC 8216, 4.3.3): VOD. */
export function mediaPlaylist(input: MediaPlaylistInput): string {
  return playlist(input, input.rendition.segments, [], dateRangeTags(rangesOf(input)));
}

/** The I-frame playlist of one rendition (RFC 8216, 4.3.3.6), from its `iframes`. */
export function iframePlaylist(input: MediaPlaylistInput): string {
  const { iframes, unit } = input.rendition;
  if (iframes === undefined) throw fail.unexpected(`${unit.id} has no index of its I-frames.`);
  return playlist(input, iframes, ['#EXT-X-I-FRAMES-ONLY'], []);
}

/** What has a place on the clock of a playlist: chapters are data of the session. */
const rangesOf = ({ markers = [] }: MediaPlaylistInput): readonly Marker[] =>
  markers.filter(({ kind }) => kind !== 'chapter');

function playlist(
  input: MediaPlaylistInput,
  segments: SegmentRows,
  extraTags: readonly string[],
  dateRanges: readonly string[],
): string {
  const { path, rendition } = input;
  const rows = listRows(segments);
  const { keys, changes } = keyChanges(rows, input.keys);
  const sizes = new Map(rendition.files.map((file) => [file.path, file.bytes]));
  /** A range is stated for everything that is not a whole file. */
  const isRange = ({ path, offset, size }: Pick<SegmentRow, 'path' | 'offset' | 'size'>) =>
    offset !== 0 || size !== sizes.get(path);
  const ranges = rows.map(isRange);
  const map = rendition.init;
  const iframesOnly = extraTags.length > 0;

  const durations = printedDurations(rows, rendition.timescale);
  const entries = rows.flatMap((row, index) => [
    ...(index > 0 ? changes[index]! : []),
    `#EXTINF:${secondsText(durations[index]!)},`,
    ...(ranges[index] ? [`#EXT-X-BYTERANGE:${row.size}@${row.offset}`] : []),
    relativeUri(path, row.path),
  ]);
  const version = Math.max(
    3, // decimal EXTINF
    ranges.includes(true) || iframesOnly ? 4 : 0,
    map ? (iframesOnly ? 5 : 6) : 0,
    keysVersion(keys),
  );
  return lines([
    '#EXTM3U',
    `#EXT-X-VERSION:${version}`,
    `#EXT-X-TARGETDURATION:${input.targetDuration}`,
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-MEDIA-SEQUENCE:0',
    ...extraTags,
    ...(changes[0] ?? []),
    ...(map
      ? [
          attributeTag('EXT-X-MAP', {
            URI: quoted(relativeUri(path, map.path)),
            BYTERANGE: isRange(map) ? quoted(`${map.size}@${map.offset}`) : undefined,
          }),
        ]
      : []),
    ...dateRanges,
    ...(input.isDated ? [dateTag((rows[0]?.start ?? 0) / rendition.timescale)] : []),
    ...entries,
    '#EXT-X-ENDLIST',
  ]);
}

const NO_LINES: readonly string[] = [];

/**
 * The key lines in front of each segment: those of all key formats together where another key comes into force, none where it stays.
 * Segments in front of the first encrypted one have none at all (RFC 8216, 4.3.2.4: without a tag nothing is encrypted).
 */
function keyChanges(
  rows: readonly SegmentRow[],
  keys: MediaPlaylistInput['keys'],
): { readonly keys: readonly HlsKey[]; readonly changes: readonly (readonly string[])[] } {
  const byPeriod = new Map<number, { readonly keys: readonly HlsKey[]; readonly tags: readonly string[] }>();
  let inForce = NO_LINES;
  const changes = rows.map(({ period }) => {
    let own = byPeriod.get(period);
    if (!own) {
      const told = period === CLEAR ? [] : typeof keys === 'function' ? keys(period) : keys;
      own = { keys: told, tags: keyTags('EXT-X-KEY', told) };
      byPeriod.set(period, own);
    }
    const { tags } = own;
    if (tags === inForce || tags.join('\n') === inForce.join('\n')) return NO_LINES;
    inForce = tags;
    return tags.length > 0 ? tags : [attributeTag('EXT-X-KEY', { METHOD: 'NONE' })];
  });
  return { keys: [...byPeriod.values()].flatMap((own) => own.keys), changes };
}

/** A playlist is UTF-8 text; every line ends in LF. */
export const lines = (text: readonly string[]): string => `${text.join('\n')}\n`;

/**
 * Durations as they are printed, in whole microseconds: each is the difference of two rounded times, so that their
 * sum is the rounded total, however many there are.
 */
function printedDurations(rows: readonly SegmentRow[], timescale: number): number[] {
  let [ticks, printed] = [0, 0];
  return rows.map((row) => {
    ticks += row.duration;
    const end = microseconds(ticks, timescale);
    const duration = end - printed;
    printed = end;
    return duration;
  });
}

/** Exact for any time: whole seconds and the rest apart, as ticks · 10⁶ may not fit into a double. */
const microseconds = (ticks: number, timescale: number): number =>
  Math.floor(ticks / timescale) * MICROSECONDS + Math.round(((ticks % timescale) * MICROSECONDS) / timescale);

/** EXTINF: whole microseconds as seconds. */
export const secondsText = (value: number): string =>
  `${Math.floor(value / MICROSECONDS)}.${String(value % MICROSECONDS).padStart(6, '0')}`;
