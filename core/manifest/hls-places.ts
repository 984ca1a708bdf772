import type { TitleDetails } from '../media/title-details.ts';
import { pathUri, placeUrl, relativeUri } from './uri.ts';

/**
 * Where players load media playlists from. A multivariant playlist names all variants and renditions of each place: those of the
 * second are redundant ones (RFC 8216, 6.2.4), or under content steering another pathway (RFC 8216bis, 4.4.6.2).
 */
export interface HlsPlace {
  /** The URI of a media playlist. @param path from the mode's folder */
  uri(path: string): string;
  /** GROUP-ID of a group there: its members have other URIs than those of the other places. */
  group(id: string): string;
  /** PATHWAY-ID of its variants. Absent: nobody steers. */
  readonly pathway?: string | undefined;
}

/**
 * The places of a title: beside the multivariant playlist, where the config names none.
 * @param master where that is, from the mode's folder
 * @param folder the mode's, as every place has it
 */
export function hlsPlaces(
  { baseUrls = [], steering }: TitleDetails,
  master: string,
  folder: string | undefined,
): readonly HlsPlace[] {
  if (baseUrls.length === 0) return [{ uri: (path) => relativeUri(master, path), group: (id) => id }];
  return baseUrls.map(({ url, id: name }, index) => ({
    uri: (path) => `${placeUrl(url, folder)}${pathUri(path)}`,
    // A slash is in no other id of a group, nor in one of a place.
    group: (id) => (index === 0 ? id : `${name ?? index + 1}/${id}`),
    pathway: steering && name,
  }));
}
