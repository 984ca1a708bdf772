import { fail } from '../../errors.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import { BoxError, type BoxSpan, quote, readBoxHeader } from './box-walk.ts';

/** What an ISO base media or QuickTime file can start with. */
const FIRST_BOXES: ReadonlySet<string> = new Set(
  'ftyp styp moov moof mdat sidx free skip wide pdin pnot uuid'.split(' '),
);

/** A progressive file has a handful of top-level boxes; more would be many small reads for nothing. */
const MOST_BOXES = 1000;

/** 24 hours of everything stay far below this. */
const LARGEST_MOVIE = 2 ** 30;

/**
 * Find and read the `moov` box of a progressive file, wherever it is; nothing else of the file is read.
 * @returns the whole box, or `undefined` when the file is no ISO base media file at all
 * @throws BoxError when there is none; PackagerError when the file is fragmented
 */
export async function findMovie(source: ByteSource): Promise<Uint8Array | undefined> {
  let position = 0;
  for (let index = 0; index < MOST_BOXES && source.size - position >= 8; index++) {
    const box = await readHeaderAt(source, position, index === 0);
    if (!box) return undefined;
    if (box.type === 'moof' || box.type === 'styp') throw fragmented(source.name);
    if (box.type === 'moov') return readMovieBox(source, box);
    position = box.end;
  }
  if (position === 0) return undefined;
  throw new BoxError('it has no "moov" box, so nothing tells where its samples are');
}

async function readHeaderAt(
  source: ByteSource,
  position: number,
  first: boolean,
): Promise<BoxSpan | undefined> {
  const room = source.size - position;
  const bytes = Buffer.alloc(Math.min(16, room));
  await source.read(position, [bytes]);
  if (first && !FIRST_BOXES.has(bytes.toString('latin1', 4, 8))) return undefined;
  return readBoxHeader(bytes, 0, room, position);
}

async function readMovieBox(source: ByteSource, box: BoxSpan): Promise<Uint8Array> {
  const size = box.end - box.start;
  if (size > LARGEST_MOVIE) throw new BoxError(`its ${quote(box.type)} box claims ${size} bytes`);
  const bytes = Buffer.allocUnsafeSlow(size);
  await source.read(box.start, [bytes]);
  return bytes;
}

export const fragmented = (name: string) =>
  fail.unsupportedInput(
    name,
    'fragmented MP4 is not supported yet.',
    'Make it progressive first: ffmpeg -i in.mp4 -map 0 -c copy out.mp4',
  );
