import { MICROSECONDS } from '../base/exact-time.ts';
import { type ThumbnailSet, tileSize, tilesPerImage } from '../media/thumbnails.ts';
import { formatTime } from '../text/clock-times.ts';
import { pathUri } from './uri.ts';

/**
 * The tiles of a set as WebVTT of kind `metadata`: a cue for each, whose text is its image with the place in it as a media fragment
 * (W3C, Media Fragments URI 1.0, 4.2.2). The last one stands to the end of the title.
 * @param duration of the title, in seconds
 */
export function thumbnailTrack(set: ThumbnailSet, duration: number): string {
  const { columns, interval, tiles, images } = set;
  const { width, height } = tileSize(set);
  const perImage = tilesPerImage(set);
  const end = Math.round(duration * 1000);
  const milliseconds = (tile: number) => Math.round((tile * Math.round(interval * MICROSECONDS)) / 1000);
  const cues: string[] = ['WEBVTT\n'];
  for (let tile = 0; tile < tiles; tile++) {
    const place = tile % perImage;
    const [x, y] = [(place % columns) * width, Math.floor(place / columns) * height];
    const until = tile + 1 < tiles ? milliseconds(tile + 1) : Math.max(end, milliseconds(tile) + 1);
    const uri = pathUri(images[Math.floor(tile / perImage)]!.path);
    cues.push(
      `${formatTime(milliseconds(tile))} --> ${formatTime(until)}\n${uri}#xywh=${x},${y},${width},${height}\n`,
    );
  }
  return cues.join('\n');
}
