import type { RenditionResult, TextRenditionTrack } from '../contract/rendition.ts';
import { programmeOf } from '../title/switching-sets.ts';
import { autoselected, mediaTag, programmeNames } from './hls-media-tags.ts';
import { uniqueNames } from './hls-names.ts';
import type { HlsPlace } from './hls-places.ts';

/** Subtitles with their media playlist, whose path is from the mode's folder. */
export interface HlsSubtitles {
  readonly rendition: RenditionResult;
  readonly track: TextRenditionTrack;
  readonly path: string;
}

/** Every variant has all subtitles: one group. */
export const SUBTITLES_GROUP = 'text';

/** The EXT-X-MEDIA tags of the title's subtitles (RFC 8216, 4.3.4.1), for a place that they are loaded from. */
export function subtitleTags(subtitles: readonly HlsSubtitles[], place: HlsPlace): string[] {
  const tracks = subtitles.map(({ track }) => track);
  const programmes = programmeNames(tracks);
  const names = uniqueNames(tracks.map((track) => programmes.get(programmeOf(track))!));
  // Tracks come in the order of use: of files that each have a default of their own the first counts (`withOneDefault`).
  const preferred = tracks.find(({ isDefault }) => isDefault);
  const selected = autoselected(tracks, preferred);
  return subtitles.map(({ track, path }, index) =>
    mediaTag({
      type: 'SUBTITLES',
      group: place.group(SUBTITLES_GROUP),
      name: names[index]!,
      track,
      isDefault: track === preferred,
      isAutoselect: selected.has(track),
      uri: place.uri(path),
    }),
  );
}

/** What variants say of the codecs of their subtitles: TTML has to be named, WebVTT need not be (HLS Authoring Specification, 5.10). */
export const subtitleCodecs = (subtitles: readonly HlsSubtitles[]): readonly string[] => [
  ...new Set(subtitles.flatMap(({ track }) => (track.entry === 'stpp' ? track.codecs : []))),
];
