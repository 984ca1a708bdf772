import { maxOf, minOf } from '../../../base/largest.ts';
import type { Finding } from '../../findings/finding.ts';
import { finding } from '../../findings/make.ts';
import type { ListedRendition, ListedTiles } from '../../model/listed-package.ts';
import { type Check, inManifest, nameOf, seconds } from '../check.ts';
import type { RenditionFacts } from '../package-facts.ts';

/** Seconds that times of images may be off by rounding. */
const ROUNDED = 0.1;

/** The grid of thumbnails is that of the images, and their tiles are for the title, no more and no less. */
export const checkThumbnails: Check = function* ({ packages, renditions }) {
  for (const { renditions: own } of packages) {
    const ends = endsOf(own);
    for (const rendition of renditions.filter(({ listed }) => own.includes(listed))) {
      const { kind, tiles } = rendition.listed;
      if (kind !== 'image' || !tiles) continue;
      yield* grid(rendition, tiles);
      yield* times(rendition, tiles, ends);
    }
  }
};

/** Seconds; thumbnails may end with the pictures, where sound goes on. */
interface Ends {
  readonly pictures: number;
  readonly title: number;
}

/** `undefined`: there are no pictures. */
function endsOf(renditions: readonly ListedRendition[]): Ends | undefined {
  const ends = (...kinds: readonly string[]): number[] =>
    renditions.flatMap(({ kind, segments }) => {
      const last = segments.at(-1);
      return last && kinds.includes(kind) ? last.start + last.duration : [];
    });
  const video = ends('video');
  if (video.length === 0) return undefined;
  return { pictures: minOf(video), title: maxOf(ends('video', 'audio')) };
}

/** In an MPD the size is that of an image, in playlists that of a tile (DASH-IF IOP, 6.2.6; Image Media Playlist for HLS). */
function* grid(rendition: RenditionFacts, tiles: ListedTiles): Generator<Finding, void> {
  const { listed, media } = rendition;
  const { columns, rows, width: tileWidth, height: tileHeight } = tiles;
  const place = inManifest(rendition);
  const layout = `${columns}x${rows}`;
  const isPlaylist = listed.manifest === listed.id;
  if (isPlaylist && tileWidth !== undefined && tileHeight !== undefined && listed.width !== undefined)
    if (listed.width !== tileWidth || listed.height !== tileHeight) {
      const [said, is] = [`${listed.width}x${listed.height}`, `${tileWidth}x${tileHeight}`];
      const what = `${nameOf(rendition)} has tiles of ${is}, and the multivariant playlist says ${said}.`;
      yield finding('RESOLUTION', place, what, { expected: is, found: said });
    }
  for (const { file, segment, width, height } of media?.images ?? []) {
    const found = `${width}x${height}`;
    const wanted = isPlaylist
      ? tileWidth !== undefined && tileHeight !== undefined && [tileWidth * columns, tileHeight * rows]
      : listed.width !== undefined && listed.height !== undefined && [listed.width, listed.height];
    const isOther = wanted && (wanted[0] !== width || wanted[1] !== height);
    // What is left for the last one may be less than a grid.
    const isLast = segment > 0 && segment === listed.segments.length - 1;
    if (isOther && isLast && isPart([width, height], wanted, tiles)) continue;
    const isUneven = !isPlaylist && !isLast && (width % columns !== 0 || height % rows !== 0);
    if (!isOther && !isUneven) continue;
    const is = `${file} has ${found} pixels`;
    if (isOther && !isPlaylist) {
      const expected = wanted.join('x');
      const what = `${is}, and ${listed.manifest} says ${expected} for ${nameOf(rendition)}.`;
      yield finding('RESOLUTION', place, what, { expected: found, found: expected });
    } else {
      const what = isOther
        ? `${is}, and a grid of ${layout} tiles of ${tileWidth}x${tileHeight} has ${wanted.join('x')}.`
        : `${is}, which are no ${columns} columns and ${rows} rows of whole pixels.`;
      yield finding('TILE_GRID', place, what, { expected: found, found: layout });
    }
    return;
  }
}

type Size = readonly [width: number, height: number];

/** Whole tiles of a grid. */
function isPart(size: Size, whole: readonly number[], { columns, rows }: ListedTiles): boolean {
  const tile = [whole[0]! / columns, whole[1]! / rows];
  return size.every((pixels, axis) => pixels <= whole[axis]! && pixels % tile[axis]! === 0);
}

function* times(
  rendition: RenditionFacts,
  tiles: ListedTiles,
  ends: Ends | undefined,
): Generator<Finding, void> {
  const { listed } = rendition;
  const perImage = tiles.columns * tiles.rows;
  const place = inManifest(rendition);
  const { segments } = listed;
  const usual = tiles.seconds === undefined ? undefined : tiles.seconds * perImage;
  const off = usual === undefined ? -1 : wrongDuration(listed, usual);
  if (off >= 0) {
    const { start, duration } = segments[off]!;
    const what = `${nameOf(rendition)} lists an image for ${seconds(duration)} at ${seconds(start)}, whose ${perImage} tiles are for ${seconds(usual!)}.`;
    yield finding('TILE_TIMES', { ...place, time: start }, what, {
      expected: seconds(usual!),
      found: seconds(duration),
    });
    return;
  }
  const last = segments.at(-1);
  if (!last || !ends) return;
  const { pictures, title } = ends;
  const late = segments.find(({ start }) => start > title + ROUNDED);
  if (late) {
    const what = `${nameOf(rendition)} has an image for ${seconds(late.start)}, when the title is over: it lasts ${seconds(title)}.`;
    yield finding('TILE_TIMES', { ...place, time: late.start }, what);
    return;
  }
  const lasts = usual ?? last.duration;
  // Tools make a picture more or less.
  const room = lasts / perImage + ROUNDED;
  const end = last.start + lasts;
  if (end + room >= pictures) return;
  const what = `The tiles of ${nameOf(rendition)} end at ${seconds(end)}, and the pictures at ${seconds(pictures)}.`;
  yield finding('TILE_TIMES', { ...place, time: end }, what, {
    expected: seconds(pictures),
    found: seconds(end),
  });
}

/** The first image that is not listed for as long as its tiles are; the last one stands to the end of the title. -1: none. */
const wrongDuration = ({ segments }: ListedRendition, usual: number): number =>
  segments.findIndex(
    ({ duration }, index) => index + 1 < segments.length && Math.abs(duration - usual) > ROUNDED,
  );
