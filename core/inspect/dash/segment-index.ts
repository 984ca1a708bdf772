import { PackagerError } from '../../base/errors.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import { DamageError } from '../model/damage-error.ts';
import type { ListedRendition, ListedSegment } from '../model/listed-package.ts';
import type { PackageFiles } from '../model/places.ts';
import { wholeBox } from '../mp4/fragment.ts';
import { readIndex } from '../mp4/layout.ts';
import { BoxWalk } from '../mp4/top-level.ts';

/** An index may be of indexes; one that goes deeper leads in a circle. */
const DEEPEST = 4;
const MOST_INDEXES = 10_000;

/** A row of `sidx` that is media, on the media timeline. */
interface IndexedPiece {
  readonly position: number;
  readonly size: number;
  /** Seconds. */
  readonly time: number;
  readonly duration: number;
}

/**
 * A Representation of one file with the segments that the `sidx` in it lists, where its MPD says that there is one. Of a file that cannot
 * be opened nothing is said here, and nothing listed: the MPD is right, and whoever opens the file in earnest tells.
 * @param periodStart seconds
 * @param fault told of an index that cannot be read, with the end of a sentence
 */
export async function listIndexed(
  files: Pick<PackageFiles, 'open'>,
  rendition: ListedRendition,
  periodStart: number,
  fault: (rule: string, what: string) => void,
): Promise<ListedRendition> {
  const { index, presentationTimeOffset, timescale, line } = rendition;
  if (!index) return rendition;
  const shift = periodStart - presentationTimeOffset / timescale;
  try {
    const pieces = await readPieces(files, index.path, index.offset, index.length);
    const segments = pieces.map(
      ({ position, size, time, duration }, at): ListedSegment => ({
        place: { path: index.path, offset: position, length: size },
        start: time + shift,
        duration,
        keys: [],
        init: undefined,
        discontinuity: false,
        number: at + 1,
        ...(line !== undefined && { line }),
      }),
    );
    return { ...rendition, segments };
  } catch (cause) {
    if (PackagerError.is(cause) && cause.code !== 'CANCELLED') return rendition;
    if (!(cause instanceof DamageError)) throw cause;
    fault(
      'INDEX_NOT_READ',
      `has a @indexRange that no index can be read at: ${index.path} at byte ${cause.offset} ${cause.message}`,
    );
    return rendition;
  }
}

async function readPieces(
  files: Pick<PackageFiles, 'open'>,
  path: string,
  offset: number,
  length: number | undefined,
): Promise<IndexedPiece[]> {
  const source = await files.open(path);
  const pieces: IndexedPiece[] = [];
  let indexes = 0;
  const visit = async (from: number, to: number, depth: number): Promise<void> => {
    if (depth > DEEPEST || ++indexes > MOST_INDEXES) {
      throw new DamageError(path, from, 'has indexes of indexes that do not end');
    }
    for (const index of await indexesBetween(source, from, to)) {
      for (const { position, size, isIndex, time, duration } of index.rows) {
        if (isIndex) await visit(position, position + size, depth + 1);
        else {
          const { timescale } = index;
          pieces.push({ position, size, time: time / timescale, duration: duration / timescale });
        }
      }
    }
  };
  try {
    await visit(offset, Math.min(source.size, offset + (length ?? source.size)), 0);
  } finally {
    await source.close();
  }
  return pieces;
}

async function indexesBetween(source: ByteSource, from: number, to: number) {
  const walk = new BoxWalk({ source, from, to });
  const found = [];
  for await (const place of walk.boxes()) {
    if (place.type === 'sidx') found.push(readIndex(wholeBox(await walk.hold(place))));
  }
  if (found.length === 0) throw new DamageError(source.name, from, 'has no "sidx" there');
  return found;
}
