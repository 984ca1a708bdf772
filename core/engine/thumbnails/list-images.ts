import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../base/errors.ts';
import { naturalOrder } from '../../base/natural-order.ts';
import { schemeOf, shownReference } from '../../io/reference.ts';
import { systemReason } from '../../io/system-reason.ts';
import type { ThumbnailSource } from '../../media/thumbnails.ts';

/** An image a second of a title of a day has fewer; a folder with more is another one. */
const MOST = 100_000;
/** What file managers leave in folders. */
const LEFT_THERE = /^(?:\.|Thumbs\.db$|desktop\.ini$)/i;

/**
 * The images of a set, in the order of time: those that the config lists, or those of its folder in the natural order of their
 * names. Nobody has looked at them.
 * @param place of the set in the config: `thumbnails[1]`
 * @throws PackagerError INPUT_NOT_FOUND or INPUT_NOT_READABLE for the folder, or where it is empty, INVALID_OPTION for too
 * many or where the numbers in their names have a gap
 */
export async function listImages({ folder, files }: ThumbnailSource, place: string): Promise<string[]> {
  const listed = folder === undefined ? [...(files ?? [])] : await namesIn(folder, place);
  if (listed.length > MOST)
    throw fail.invalidOption(
      `${folder ?? 'The list of thumbnails'} has ${listed.length} images, more than thumbnails have (${MOST}).`,
      'Name the folder with the thumbnails, or put several into one image (`columns` and `rows`).',
    );
  if (folder === undefined) return listed;
  requireNoGap(listed, folder);
  return listed.map((name) => join(folder, name));
}

async function namesIn(folder: string, place: string): Promise<string[]> {
  const shown = shownReference(folder);
  if (schemeOf(folder) !== undefined)
    throw fail.invalidOption(
      `The folder of thumbnails ${shown} is not on this machine.`,
      'List the images: `files`.',
    );
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    const hint = `Check \`${place}.folder\` in the config.`;
    if (cause.code === 'ENOENT') throw fail.fileNotFound('The folder of thumbnails', `${shown}.`, hint);
    if (cause.code === 'ENOTDIR')
      throw fail.inputNotReadable(shown, 'it is a file.', 'List images: `files`.');
    throw fail.inputNotReadable(shown, systemReason(cause), hint, cause);
  });
  const names = entries
    .filter((entry) => !entry.isDirectory() && !LEFT_THERE.test(entry.name))
    .map(({ name }) => name)
    .sort(naturalOrder);
  if (names.length === 0)
    throw fail.inputNotReadable(
      shown,
      'there is no image in it.',
      'Name the folder with the JPEG or PNG images of the thumbnails.',
    );
  return names;
}

/** Names that differ in one number alone count up in equal steps: where one is missing, all behind it would come too early. */
function requireNoGap(names: readonly string[], folder: string): void {
  const numbered = names.map((name) => /^(.*?)(\d{1,15})(\D*)$/.exec(name));
  const [first] = numbered;
  if (!first || names.length < 3) return;
  if (!numbered.every((each) => each?.[1] === first[1] && each?.[3] === first[3])) return;
  const numbers = numbered.map((each) => Number(each![2]));
  const steps = numbers.slice(1).map((number, index) => number - numbers[index]!);
  const usual = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)]!;
  const odd = steps.findIndex((step) => step !== usual);
  if (odd === -1) return;
  throw fail.invalidOption(
    `${folder}: behind ${names[odd]} comes ${names[odd + 1]}, where the other images count up by ${usual}.`,
    'Add the image that is missing, take out the one that is too many, or list them: `files`.',
  );
}
