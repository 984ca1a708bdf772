import { toHex } from '../base/bytes.ts';
import { languageTag } from '../base/language-tag.ts';
import { breakDuration, breaksByOut, type Marker } from '../media/markers.ts';
import { CHAPTERS_DATA_ID } from '../media/title-details.ts';
import { attributeTag, quoted } from './hls-attributes.ts';
import type { HlsPlace } from './hls-places.ts';

/**
 * The date that playlists give to the start of a title. A film has none, and EXT-X-DATERANGE is on the clock of
 * EXT-X-PROGRAM-DATE-TIME: this one says nothing of the day, is the same in every run, and is not the zero of Unix, which
 * players take for no date at all.
 */
const EPOCH = Date.UTC(2000, 0, 1);

/** EXT-X-PROGRAM-DATE-TIME (RFC 8216, 4.3.2.6). @param seconds when the segment behind it is presented */
export const dateTag = (seconds: number): string => `#EXT-X-PROGRAM-DATE-TIME:${dateAt(seconds)}`;

const dateAt = (seconds: number): string => new Date(EPOCH + Math.round(seconds * 1000)).toISOString();

/**
 * The EXT-X-DATERANGE tags of all markers but chapters (RFC 8216, 4.3.2.7), in the order of time. Messages that an input carries are
 * of the class of their scheme.
 */
export function dateRangeTags(markers: readonly Marker[]): string[] {
  const breaks = breaksByOut(markers);
  return markers.flatMap((marker) => {
    const { id, kind, start, duration, scte35, event, title } = marker;
    if (kind === 'chapter' || kind === 'ad-in') return [];
    const own = breaks.get(marker);
    const section = scte35 && hex(scte35);
    return [
      attributeTag('EXT-X-DATERANGE', {
        ID: quoted(id),
        CLASS: section ? undefined : quoted(event?.scheme ?? kind),
        'START-DATE': quoted(dateAt(start)),
        DURATION: decimal(own ? breakDuration(own) : duration),
        // Out and in of a break are one range (RFC 8216, 4.3.2.7.1).
        ...(own
          ? { 'SCTE35-OUT': section, 'SCTE35-IN': own.back?.scte35 && hex(own.back.scte35) }
          : { 'SCTE35-CMD': section }),
        'X-TITLE': title && withoutQuotes(title),
        ...(event && {
          'X-VALUE': event.value ? withoutQuotes(event.value) : undefined,
          'X-MESSAGE': event.message ? hex(event.message) : undefined,
        }),
      }),
    ];
  });
}

/** A quoted-string has no escapes (RFC 8216, 4.2). */
const withoutQuotes = (text: string): string => quoted(text.replaceAll('"', '”'));

const hex = (base64: string): string => `0x${toHex(Buffer.from(base64, 'base64')).toUpperCase()}`;

const decimal = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : Number(seconds.toFixed(3));

/** Where the list of chapters is, in the mode's folder. */
export const CHAPTERS = 'chapters.json';

/**
 * EXT-X-SESSION-DATA (RFC 8216, 4.3.4.4) that says where players find the chapters: once, there is no second address for the same
 * data.
 */
export const chaptersTag = (place: HlsPlace): string =>
  attributeTag('EXT-X-SESSION-DATA', {
    'DATA-ID': quoted(CHAPTERS_DATA_ID),
    URI: quoted(place.uri(CHAPTERS)),
  });

/**
 * The chapters of a title as data of the session (Apple, Providing JSON chapters).
 * @param duration of the title, in seconds
 * @returns `undefined`: it has none
 */
export function chapterList(markers: readonly Marker[], duration: number): string | undefined {
  const chapters = markers.filter(({ kind }) => kind === 'chapter');
  if (chapters.length === 0) return undefined;
  const list = chapters.map(({ start, title, language = 'und', ...own }, index) => {
    const end = own.duration === undefined ? (chapters[index + 1]?.start ?? duration) : start + own.duration;
    return {
      chapter: index + 1,
      'start-time': decimal(start),
      duration: decimal(end - start),
      ...(title !== undefined && { titles: [{ language: languageTag(language) ?? 'und', title }] }),
    };
  });
  return `${JSON.stringify(list, undefined, 2)}\n`;
}
