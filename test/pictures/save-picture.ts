import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ffmpeg } from '../helpers/commands/command.ts';
import { temporaryFolder } from '../helpers/commands/folders.ts';

const FOLDER = join(import.meta.dirname, '../../.github');

/** WebP, since a README is loaded with all its pictures: photographs among letters, or letters alone, which stay as they are. */
const KINDS = {
  page: ['-quality', '80', '-preset', 'text'],
  letters: ['-lossless', '1', '-pix_fmt', 'bgra'],
};

/** Keep a picture for the README. */
export async function savePicture(
  png: Uint8Array,
  name: string,
  kind: keyof typeof KINDS = 'page',
): Promise<void> {
  const source = join(temporaryFolder('picture'), 'picture.png');
  await writeFile(source, png);
  const options = ['-c:v', 'libwebp', '-compression_level', '6', ...KINDS[kind]];
  await ffmpeg(['-i', source, ...options, join(FOLDER, `${name}.webp`)]);
}
