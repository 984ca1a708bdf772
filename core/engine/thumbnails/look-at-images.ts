import { fail } from '../../base/errors.ts';
import { inTurns } from '../../base/in-turns.ts';
import { BadImage } from '../../containers/images/bad-image.ts';
import { type ImageFacts, readImage } from '../../containers/images/read-image.ts';
import type { Packager } from '../../contract/packager.ts';
import type { Run } from '../../contract/run.ts';
import type { InputFacts } from '../../io/input-source.ts';
import { shownReference } from '../../io/reference.ts';
import { dashTicks } from '../../manifest/dash-thumbnails.ts';
import type { ThumbnailSource } from '../../media/thumbnails.ts';
import { foreignFormat } from '../foreign-formats.ts';
import { listImages } from './list-images.ts';

/** A larger one is no thumbnail, and would be in memory as a whole. */
const LARGEST = 32 * 2 ** 20;

/** An image that was looked at. */
export interface FoundImage extends InputFacts {
  /** As the config has it: it may hold credentials. */
  readonly reference: string;
}

/** The images of a set: of one format and size, which the grid divides. */
export interface FoundImages extends ImageFacts {
  /** In the config: `thumbnails[1]`. */
  readonly place: string;
  readonly source: ThumbnailSource;
  readonly images: readonly FoundImage[];
}

/** How the config calls a set of thumbnails. */
export const placeOf = ({ length }: readonly ThumbnailSource[], index: number): string =>
  length > 1 ? `thumbnails[${index}]` : 'thumbnails';

/**
 * Look at all images of a title, before anything else happens: most mistakes end here. Each is read as a whole, which thumbnails
 * are small enough for: one whose copy broke off must not be found by the players.
 * @throws PackagerError for the first image that is none, or is not as the first one of its set
 */
export async function lookAtThumbnails(packager: Packager, run: Run): Promise<FoundImages[]> {
  const { thumbnails = [] } = run.title;
  const found: FoundImages[] = [];
  for (const [index, source] of thumbnails.entries())
    found.push(await lookAtSet(packager, run, source, placeOf(thumbnails, index)));
  return found;
}

async function lookAtSet(
  packager: Packager,
  run: Run,
  source: ThumbnailSource,
  place: string,
): Promise<FoundImages> {
  const references = await listImages(source, place);
  requireTicks(source, place);
  const [first, ...others] = await inTurns(references, (reference) => lookAtImage(packager, run, reference));
  if (!first) throw new RangeError('a set of thumbnails has images');
  const { format, width, height } = first.facts;
  requireGrid(first, source, place);
  for (const { image, facts } of others) {
    const path = shownReference(image.reference);
    if (facts.format !== format)
      throw fail.unsupportedInput(
        path,
        `it is ${facts.format.toUpperCase()}, and the first image of ${place} is ${format.toUpperCase()}.`,
        'All images of a set are of one format: convert it, or make it a set of its own.',
      );
    if (facts.width !== width || facts.height !== height)
      throw fail.unsupportedInput(
        path,
        `it is ${facts.width}x${facts.height} pixels, and the first image of ${place} is ${width}x${height}.`,
        'All images of a set have one size, also the last one: make it again, or make it a set of its own.',
      );
  }
  return { place, source, format, width, height, images: [first, ...others].map(({ image }) => image) };
}

interface LookedAt {
  readonly image: FoundImage;
  readonly facts: ImageFacts;
}

async function lookAtImage({ sources }: Packager, run: Run, reference: string): Promise<LookedAt> {
  run.throwIfCancelled();
  const { signal } = run;
  const path = shownReference(reference);
  const facts = await sources.of(reference).look({ signal });
  const { bytes } = facts;
  if (bytes === 0) throw fail.badImage(path, 'is empty', 'Make it again.');
  if (bytes > LARGEST)
    throw fail.badImage(path, `has ${bytes} bytes, more than a thumbnail has`, 'Make it again, smaller.');
  const content = await readWhole({ sources }, { ...facts, reference }, signal);
  try {
    return { image: { ...facts, reference }, facts: readImage(content) };
  } catch (cause) {
    if (!(cause instanceof BadImage)) throw cause;
    const other = cause.message.startsWith('is neither') ? foreignFormat(content)?.name : undefined;
    const what = other === undefined ? cause.message : `seems to be ${other}`;
    throw fail.badImage(
      path,
      what,
      'Thumbnails are JPEG or PNG images, and nothing else is in their folder.',
    );
  }
}

/** All bytes of an image. @throws PackagerError INPUT_CHANGED when it is not the one that was looked at */
export async function readWhole(
  { sources }: Pick<Packager, 'sources'>,
  { reference, bytes, identity }: FoundImage,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const file = await sources.of(reference).open({ bytes, identity }, { signal });
  try {
    const content = new Uint8Array(bytes);
    await file.read(0, [content]);
    return content;
  } finally {
    await file.close();
  }
}

function requireGrid({ image, facts }: LookedAt, { columns, rows }: ThumbnailSource, place: string): void {
  const { width, height } = facts;
  const wrong =
    width % columns !== 0 ? `${columns} columns` : height % rows !== 0 ? `${rows} rows` : undefined;
  if (wrong === undefined) return;
  const [what, size] = width % columns !== 0 ? ['width', width] : ['height', height];
  throw fail.invalidOption(
    `${place}: ${wrong} do not divide the ${what} of ${shownReference(image.reference)}, ${size} pixels.`,
    'Set `columns` and `rows` to how many tiles the images have, beside and below each other.',
  );
}

/** An MPD counts an image's duration in ticks of 32 bits. */
function requireTicks(source: ThumbnailSource, place: string): void {
  if (dashTicks(source).duration < 2 ** 32) return;
  throw fail.invalidOption(
    `${place}: an image of ${source.columns} x ${source.rows} tiles, one every ${source.interval} s, lasts longer than an MPD can say to the microsecond.`,
    'Take an `interval` with fewer decimals, or fewer tiles in an image.',
  );
}
