import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SAMPLE = join(import.meta.dirname, '../media/sample-180p.mp4');

/** The first two seconds of the sample: small, so that hundreds of titles take minutes. */
export async function cutFilm(path: string): Promise<void> {
  await promisify(execFile)('ffmpeg', ['-v', 'error', '-y', '-i', SAMPLE, '-t', '2', '-c', 'copy', path]);
}
