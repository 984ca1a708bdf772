import type { ByteSource } from '../../io/byte-source.ts';
import { DamageError } from '../model/damage-error.ts';
import { wholeBox } from './fragment.ts';
import { MediaReader } from './media-reader.ts';
import { type Movie, readMovie } from './movie.ts';
import type { Mp4Media, Mp4Options } from './mp4-file.ts';
import { wholeFile } from './part-opener.ts';
import { BoxWalk, type Stretch } from './top-level.ts';

/**
 * Open a file of MP4: progressive, with its samples in tables, or fragmented, or both.
 * @param source stays open as long as anything is read
 * @throws DamageError where it is none, or a damaged one
 */
export async function openMp4(source: ByteSource, options: Mp4Options = {}): Promise<Mp4Media> {
  const movie = await findMovie({ source, from: 0, to: source.size });
  return new MediaReader({
    inits: [movie],
    tables: { movie, source },
    parts: [{ init: 0, part: 0 }],
    opener: () => wholeFile(source),
    options,
  });
}

/** The movie of a file, or of a piece of it. @throws DamageError where it has none */
export async function findMovie(stretch: Stretch): Promise<Movie> {
  const walk = new BoxWalk(stretch);
  for await (const box of walk.boxes()) {
    if (box.type === 'moov') return readMovie(wholeBox(await walk.keep(box)));
  }
  throw new DamageError(stretch.source.name, stretch.from, 'has no "moov", which says what its tracks are');
}
