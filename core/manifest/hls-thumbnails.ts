import { MICROSECONDS } from '../base/exact-time.ts';
import { largest } from '../base/largest.ts';
import { imageMicroseconds, type ThumbnailSet, thumbnailBandwidth, tileSize } from '../media/thumbnails.ts';
import { CLEAR } from '../title/periods.ts';
import { averageBandwidth, peakBandwidth } from './bandwidth.ts';
import { attributeTag, quoted } from './hls-attributes.ts';
import { dateTag } from './hls-markers.ts';
import { lines, secondsText } from './hls-media.ts';
import type { HlsPlace } from './hls-places.ts';
import type { SegmentRow } from './rows.ts';
import { relativeUri } from './uri.ts';

/** Of the image media playlists that the specification shows: players that read them know it. */
const VERSION = 7;

/** A set of thumbnails and what its playlist is made of. */
export interface HlsThumbnails {
  readonly set: ThumbnailSet;
  /** Of the playlist, from the mode's folder. */
  readonly path: string;
  /** Of the title, in seconds. */
  readonly duration: number;
  /** Of the other playlists, in seconds. */
  readonly targetDuration: number;
  /** Whether the playlist gives its start a date, as all others do. @default false */
  readonly isDated?: boolean;
}

/** EXT-X-IMAGE-STREAM-INF (Image Media Playlist for HLS 0.4): RESOLUTION is the size of a tile. */
export const imageStreamTags = (thumbnails: readonly HlsThumbnails[], place: HlsPlace): string[] =>
  thumbnails.map(({ set, path, duration, targetDuration }) => {
    const { width, height } = tileSize(set);
    const rows = imageRows(set, duration);
    return attributeTag('EXT-X-IMAGE-STREAM-INF', {
      // Also where the last one stands long, and stretches the target duration: then no run is as short as one of the others.
      BANDWIDTH: Math.max(
        thumbnailBandwidth(set),
        peakBandwidth(rows, MICROSECONDS, ownTargetDuration(rows, targetDuration)),
      ),
      'AVERAGE-BANDWIDTH': averageBandwidth(rows, MICROSECONDS),
      CODECS: quoted(set.format),
      RESOLUTION: `${width}x${height}`,
      URI: quoted(place.uri(path)),
    });
  });

/** The playlist of a set of thumbnails (Image Media Playlist for HLS 0.4). The last image stands to the end of the title. */
export function imagePlaylist({ set, path, duration, targetDuration, isDated }: HlsThumbnails): string {
  const { interval, columns, rows } = set;
  const { width, height } = tileSize(set);
  const images = imageRows(set, duration);
  const tiles = attributeTag('EXT-X-TILES', {
    RESOLUTION: `${width}x${height}`,
    LAYOUT: `${columns}x${rows}`,
    DURATION: Number(interval.toFixed(6)),
  });
  return lines([
    '#EXTM3U',
    `#EXT-X-VERSION:${VERSION}`,
    `#EXT-X-TARGETDURATION:${ownTargetDuration(images, targetDuration)}`,
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-IMAGES-ONLY',
    ...(isDated ? [dateTag(0)] : []),
    ...images.flatMap((image) => [
      `#EXTINF:${secondsText(image.duration)},`,
      tiles,
      relativeUri(path, image.path),
    ]),
    '#EXT-X-ENDLIST',
  ]);
}

/** The images as segments, in microseconds. */
function imageRows(set: ThumbnailSet, duration: number): SegmentRow[] {
  const usual = imageMicroseconds(set);
  const end = Math.round(duration * MICROSECONDS);
  return set.images.map(({ path, bytes }, index) => {
    const start = index * usual;
    const isLast = index + 1 === set.images.length;
    const length = isLast ? Math.max(1, end - start) : usual;
    return { path, offset: 0, size: bytes, start, duration: length, period: CLEAR };
  });
}

/** Images may be for longer than any segment of the title is. */
const ownTargetDuration = (rows: readonly SegmentRow[], others: number): number =>
  Math.max(others, Math.round(largest(rows, ({ duration }) => duration) / MICROSECONDS));
