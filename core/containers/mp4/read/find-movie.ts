import { BoxError, type BoxSpan } from '../../../base/box-walk.ts';
import { fail } from '../../../base/errors.ts';
import type { ByteSource } from '../../../io/byte-source.ts';
import { type MovieBox, readMovieBox } from './movie-box.ts';
import { refuseLarge, TopLevelBoxes } from './top-level-boxes.ts';

/** What an ISO base media or QuickTime file can start with. */
const FIRST_BOXES: ReadonlySet<string> = new Set(
  'ftyp styp moov moof mdat sidx ssix emsg prft free skip wide pdin pnot uuid'.split(' '),
);

/** Boxes that begin with the brand of the file (ISO/IEC 14496-12, 4.3 and 8.16.2). */
const BRANDED: ReadonlySet<string> = new Set(['ftyp', 'styp']);
const QUICKTIME_BRAND = 'qt  ';

/**
 * A day at 60 frames a second with the largest tables, and four tracks of sound, stays below this. It is held in memory, but for
 * large tables of a file of this machine.
 */
const LARGEST_MOVIE = 2 ** 29;

/** A `moov` box, and what the file around it is. */
export interface FoundMovie extends MovieBox {
  /** Where it lies in the file. */
  readonly span: BoxSpan;
  /** Written by the rules of QuickTime: its brand, or from the time before there were brands. */
  readonly isQuickTime: boolean;
}

/**
 * Find and read the `moov` box of a file, wherever it is: in front of the media data, behind it, or between fragments.
 * Nothing behind it is looked at.
 * @returns `undefined` when the file is no ISO base media file at all
 * @throws BoxError when there is none; PackagerError when the file is a media segment
 */
export async function findMovie(source: ByteSource): Promise<FoundMovie | undefined> {
  const start = await firstBytes(source);
  const type = start.toString('latin1', 4, 8);
  if (!FIRST_BOXES.has(type)) return undefined;
  const isQuickTime = !BRANDED.has(type) || start.toString('latin1', 8) === QUICKTIME_BRAND;
  let fragments = 0;
  for await (const box of new TopLevelBoxes(source).spans()) {
    if (box.type === 'moof') fragments += 1;
    if (box.type !== 'moov') continue;
    refuseLarge(box, LARGEST_MOVIE);
    return { ...(await readMovieBox(source, box)), span: box, isQuickTime };
  }
  if (fragments > 0) throw segmentAlone(source.name);
  throw new BoxError('it has no "moov" box, so nothing tells where its samples are');
}

/** The header of the first box, and the brand if it is `ftyp`. */
async function firstBytes(source: ByteSource): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.min(12, source.size));
  if (source.size >= 8) await source.read(0, [bytes]);
  return bytes;
}

const segmentAlone = (name: string) =>
  fail.unsupportedInput(
    name,
    'it has fragments but no "moov" box: its initialisation segment is another file.',
    'Put the two together: cat init.mp4 segment-*.m4s > whole.mp4',
  );
