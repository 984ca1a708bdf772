import type { ListedRendition } from '../model/listed-package.ts';
import type { PackageFiles, PlaceOfBytes } from '../model/places.ts';
import { MediaReader, type Part } from './media-reader.ts';
import type { Movie } from './movie.ts';
import type { Mp4Media, Mp4Options } from './mp4-file.ts';
import { findMovie } from './open-mp4.ts';
import { PlaceOpener } from './part-opener.ts';

/**
 * Open a rendition as its manifest lists it: an init segment, and segments that are files or pieces of files. Where the init segment changes
 * in its course, its tracks are those of the first, with the sample entries of all. Segments are opened when they are read.
 * @throws DamageError where the init segment is none, or a damaged one; PackagerError as `files` does
 */
export async function openMp4Rendition(
  files: Pick<PackageFiles, 'open'>,
  { init, segments }: Pick<ListedRendition, 'init' | 'segments'>,
  options: Mp4Options = {},
): Promise<Mp4Media> {
  const places: PlaceOfBytes[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (place: PlaceOfBytes): number => {
    const name = [place.path, place.offset, place.length].join(':');
    const number = numbers.get(name) ?? places.push(place) - 1;
    numbers.set(name, number);
    return number;
  };
  // Without an init segment the first segment says what the tracks are.
  const firstSegment = segments.find(({ isGap }) => !isGap);
  const first = init ?? firstSegment?.init ?? firstSegment?.place;
  if (first) numberOf(first);
  const parts: Part[] = [];
  // There is nothing at the place of a gap.
  for (const [part, { init, isGap }] of segments.entries())
    if (!isGap) parts.push({ init: init ? numberOf(init) : 0, part });
  return new MediaReader({
    inits: await movies(files, places),
    parts,
    opener: () =>
      new PlaceOpener(
        files,
        segments.map(({ place }) => place),
      ),
    options,
  });
}

async function movies(files: Pick<PackageFiles, 'open'>, places: readonly PlaceOfBytes[]): Promise<Movie[]> {
  const opener = new PlaceOpener(files, places);
  const found: Movie[] = [];
  try {
    for (const index of places.keys()) found.push(await findMovie(await opener.open(index)));
  } finally {
    await opener.close();
  }
  return found;
}
