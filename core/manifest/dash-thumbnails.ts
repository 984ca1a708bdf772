import { MICROSECONDS } from '../base/exact-time.ts';
import { type XmlNode, xml } from '../base/xml/xml-node.ts';
import {
  imageMicroseconds,
  type ThumbnailSet,
  type ThumbnailSource,
  thumbnailBandwidth,
} from '../media/thumbnails.ts';
import { numberedPaths } from './segment-template.ts';

/** Of images with several pictures (DASH-IF IOP 4.3, 6.2.6). A picture by itself is a tile of 1x1: players know no other form. */
const TILES = 'http://dashif.org/guidelines/thumbnail_tile';

/**
 * Sets of thumbnails as `AdaptationSet`s of images, of each format one, with a Representation for each size (DASH-IF IOP 4.3, 6.2.6).
 * @param firstId of the first of them
 */
export function imageAdaptationSets(sets: readonly ThumbnailSet[] = [], firstId: number): XmlNode[] {
  const formats = [...new Set(sets.map(({ format }) => format))];
  return formats.map((format, index) =>
    xml(
      'AdaptationSet',
      { id: firstId + index, contentType: 'image', mimeType: `image/${format}` },
      sets.filter((set) => set.format === format).map(imageRepresentation),
    ),
  );
}

/**
 * Width and height are those of an image, @duration is for all its tiles. There are as many images as @endNumber says, though the
 * last may have room for more, or the title go on without pictures: nobody asks for one that is not there.
 */
function imageRepresentation(set: ThumbnailSet): XmlNode {
  const { media, startNumber } = numberedPaths(set.images.map(({ path }) => path));
  const { timescale, duration } = dashTicks(set);
  return xml(
    'Representation',
    { id: set.id, bandwidth: thumbnailBandwidth(set), width: set.width, height: set.height },
    xml('EssentialProperty', { schemeIdUri: TILES, value: `${set.columns}x${set.rows}` }),
    xml('SegmentTemplate', {
      media,
      timescale,
      duration,
      startNumber,
      endNumber: startNumber + set.images.length - 1,
    }),
  );
}

/** The duration of an image, exact, in the longest ticks that allow it. */
export function dashTicks(set: Pick<ThumbnailSource, 'columns' | 'rows' | 'interval'>) {
  const exact = imageMicroseconds(set);
  let timescale = 1;
  while ((exact * timescale) % MICROSECONDS !== 0) timescale *= 10;
  return { timescale, duration: (exact * timescale) / MICROSECONDS };
}
