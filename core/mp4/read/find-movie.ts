import { fail } from '../../errors.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import { BoxError } from './box-walk.ts';
import { refuseLarge, TopLevelBoxes } from './top-level-boxes.ts';

/** What an ISO base media or QuickTime file can start with. */
const FIRST_BOXES: ReadonlySet<string> = new Set(
  'ftyp styp moov moof mdat sidx ssix emsg prft free skip wide pdin pnot uuid'.split(' '),
);

/** 24 hours of everything stay far below this. */
export const LARGEST_MOVIE = 2 ** 30;

/**
 * Find and read the `moov` box of a file, wherever it is: in front of the media data, behind it, or between fragments.
 * Nothing behind it is looked at.
 * @returns the whole box, or `undefined` when the file is no ISO base media file at all
 * @throws BoxError when there is none; PackagerError when the file is a media segment
 */
export async function findMovie(source: ByteSource): Promise<Uint8Array | undefined> {
  if (!(await isIsoMedia(source))) return undefined;
  let fragments = 0;
  for await (const box of new TopLevelBoxes(source).spans()) {
    if (box.type === 'moof') fragments += 1;
    if (box.type !== 'moov') continue;
    refuseLarge(box, LARGEST_MOVIE);
    const bytes = Buffer.allocUnsafeSlow(box.end - box.start);
    await source.read(box.start, [bytes]);
    return bytes;
  }
  if (fragments > 0) throw segmentAlone(source.name);
  throw new BoxError('it has no "moov" box, so nothing tells where its samples are');
}

async function isIsoMedia(source: ByteSource): Promise<boolean> {
  if (source.size < 8) return false;
  const bytes = Buffer.alloc(8);
  await source.read(0, [bytes]);
  return FIRST_BOXES.has(bytes.toString('latin1', 4));
}

const segmentAlone = (name: string) =>
  fail.unsupportedInput(
    name,
    'it has fragments but no "moov" box: its initialisation segment is another file.',
    'Put the two together: cat init.mp4 segment-*.m4s > whole.mp4',
  );
