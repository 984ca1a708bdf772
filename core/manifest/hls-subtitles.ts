import { languageName, languageTag } from '../base/language-tag.ts';
import type { RenditionResult, TextRenditionTrack } from '../contract/rendition.ts';
import { attributeTag, quoted } from './hls-attributes.ts';
import { uniqueNames } from './hls-names.ts';
import { relativeUri } from './uri.ts';

/** Subtitles with their media playlist, whose path is from the mode's folder. */
export interface HlsSubtitles {
  readonly rendition: RenditionResult;
  readonly track: TextRenditionTrack;
  readonly path: string;
}

/** Every variant has all subtitles: one group. */
export const SUBTITLES_GROUP = 'text';

/** The EXT-X-MEDIA tags of the title's subtitles (RFC 8216, 4.3.4.1), seen from the playlist `master`. */
export function subtitleTags(subtitles: readonly HlsSubtitles[], master: string): string[] {
  const names = uniqueNames(subtitles.map(({ track }) => nameOf(track)));
  return subtitles.map(({ track, path }, index) =>
    attributeTag('EXT-X-MEDIA', {
      TYPE: 'SUBTITLES',
      'GROUP-ID': quoted(SUBTITLES_GROUP),
      NAME: quoted(names[index]!),
      // Stated even where it is not known (HLS Authoring Specification for Apple Devices, 8.10).
      LANGUAGE: quoted(languageTag(track.language) ?? 'und'),
      DEFAULT: track.isDefault ? 'YES' : 'NO',
      AUTOSELECT: 'YES',
      FORCED: track.isForced ? 'YES' : undefined,
      CHARACTERISTICS: track.characteristics && quoted(track.characteristics.join(',')),
      URI: quoted(relativeUri(master, path)),
    }),
  );
}

const nameOf = ({ label, language }: TextRenditionTrack): string =>
  label ?? (languageTag(language) === undefined ? 'Subtitles' : languageName(language));

/** What variants say of the codecs of their subtitles: TTML has to be named, WebVTT need not be (HLS Authoring Specification, 5.10). */
export const subtitleCodecs = (subtitles: readonly HlsSubtitles[]): readonly string[] => [
  ...new Set(subtitles.flatMap(({ track }) => (track.entry === 'stpp' ? track.codecs : []))),
];
