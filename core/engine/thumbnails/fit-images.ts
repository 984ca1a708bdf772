import { fail } from '../../base/errors.ts';
import { MICROSECONDS } from '../../base/exact-time.ts';
import { quotient } from '../../base/fraction.ts';
import { maxOf } from '../../base/largest.ts';
import { shownReference } from '../../io/reference.ts';
import { isSideways } from '../../media/orientation.ts';
import { imageMicroseconds, type ThumbnailSet, tilesPerImage } from '../../media/thumbnails.ts';
import { pictureAspect } from '../../media/track.ts';
import type { Presentation } from '../../title/presentation.ts';
import type { FoundImages } from './look-at-images.ts';

/** An instant is an instant, whoever has rounded it. */
const NOTHING = 0.001;
/** Beyond half an interval, by which tools round the number of images, a few pictures of slack. */
const SLACK = 0.1;

/**
 * The images of a title, if there are as many as it needs: up to half an interval more or less, by which tools differ. They may
 * end with the pictures, where sound goes on. An image that begins when the title is over is left out with a notice.
 * @throws PackagerError INVALID_OPTION for too many or too few
 */
export const fitThumbnails = (
  found: readonly FoundImages[],
  presentation: Presentation,
  warn: (message: string) => void,
): ThumbnailSet[] => found.map((images, index) => fit(images, presentation, index, warn));

function fit(
  { place, source, images, ...facts }: FoundImages,
  presentation: Presentation,
  index: number,
  warn: (message: string) => void,
): ThumbnailSet {
  const { interval, columns, rows } = source;
  const { duration } = presentation.grid;
  const perImage = tilesPerImage(source);
  const seconds = imageMicroseconds(source) / MICROSECONDS;
  const tolerance = interval / 2 + SLACK;
  const needed = Math.max(1, Math.ceil((duration - NOTHING) / interval));
  const neededImages = Math.ceil(needed / perImage);
  const isTooFew = images.length * seconds < picturesEnd(presentation) - tolerance;
  const isTooMany = (images.length - 1) * seconds > duration + tolerance || images.length > neededImages + 1;
  if (isTooFew || isTooMany) {
    const tiles = perImage > 1 ? ` of ${columns} x ${rows} tiles` : '';
    const count = `${images.length} image${images.length === 1 ? '' : 's'}${tiles}`;
    const areFor = images.length === 1 ? 'is for' : 'are for';
    const total = Number((images.length * seconds).toFixed(3));
    throw fail.invalidOption(
      `${place}: ${count}, one ${perImage > 1 ? 'tile ' : ''}every ${interval} s, ${areFor} ${total} s; the title lasts ` +
        `${duration.toFixed(3)} s and needs ${neededImages}.`,
      `Set \`interval\` to the seconds between two pictures with which they were made${perImage > 1 ? '' : ', `columns` and `rows` where each image is a sprite of several'}, or make them again.`,
    );
  }
  const surplus = images[neededImages];
  if (surplus)
    warn(
      `${place}: the title is over at ${duration.toFixed(3)} s, when ${shownReference(surplus.reference)} would begin: it is left out.`,
    );
  warnOfShape({ place, source, ...facts }, presentation, warn);
  const used = images.slice(0, neededImages);
  const id = `thumbnails-${index + 1}`;
  const extension = facts.format === 'jpeg' ? 'jpg' : facts.format;
  return {
    ...{ id, ...facts, interval, columns, rows },
    tiles: Math.min(needed, used.length * perImage),
    images: used.map(({ bytes }, place) => ({ path: `${id}/image-${place + 1}.${extension}`, bytes })),
    ...(source.webvtt && { webvtt: index === 0 ? 'thumbnails.vtt' : `${id}.vtt` }),
  };
}

/** When the longest rendition has shown its last picture, in seconds; the end of a title that has none. */
const picturesEnd = ({ video, grid }: Presentation): number =>
  video.length === 0
    ? grid.duration
    : maxOf(
        video.map(
          ({ track, timing }) =>
            (timing.shift - timing.mediaTimeAtZero + track.samples.duration) / track.timescale,
        ),
      );

/** Pixels are whole, and borders are cut off; what differs more is another grid. */
const SAME_SHAPE = 0.1;

/** Columns and rows that divide the images may still be others than they have: then tiles have not the shape of the pictures. */
function warnOfShape(
  { place, source: { columns, rows }, width, height }: Omit<FoundImages, 'images' | 'format'>,
  { video: [lead] }: Presentation,
  warn: (message: string) => void,
): void {
  if (!lead) return;
  const { track } = lead;
  const aspect = quotient(pictureAspect(track.video));
  const expected = isSideways(track.video) ? 1 / aspect : aspect;
  const found = width / columns / (height / rows);
  if (Math.abs(found / expected - 1) < SAME_SHAPE) return;
  warn(
    `${place}: tiles of ${width / columns}x${height / rows} pixels have another shape than the pictures (${expected.toFixed(2)}:1): see that \`columns\` and \`rows\` are those of the images.`,
  );
}
