/**
 * Makes the thumbnails of the sample in this folder: `node --import tsx test/media/make-thumbnails.ts`.
 * Needs ffmpeg. Run it only to change them: they are committed.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ffmpeg } from '../helpers/commands/command.ts';

const folder = join(import.meta.dirname, 'thumbnails');

/** The key frames, which come every 2 s, in one sprite. */
const FILTER = "select='not(mod(n,50))',scale=160:90,tile=5x2";

await mkdir(folder, { recursive: true });
await ffmpeg([
  ...['-i', join(import.meta.dirname, 'sample-360p.mp4'), '-vf', FILTER, '-frames:v', '1', '-q:v', '4'],
  ...['-fflags', '+bitexact', '-flags:v', '+bitexact', '-map_metadata', '-1', join(folder, 'sprite-1.jpg')],
]);
