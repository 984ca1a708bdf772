import { join } from 'node:path';
import { ffmpeg } from '../commands/command.ts';
import { madeOnce, temporaryFolder } from '../commands/folders.ts';

/** Seconds: 24 hours. */
export const DAY = 86_400;
/** Pictures a second of `dayTitle`, each of them a key frame. */
export const DAY_RATE = 2;

/** Seconds that are coded; a day is these again and again, which takes a tenth of the time of coding one. */
const CODED = 600;

/** A film of 24 hours, all intra: 172,800 tiny pictures. */
export const dayOfPictures = (): Promise<string> =>
  madeOnce('day-of-pictures.mp4', async (path) => {
    const coded = join(temporaryFolder('day'), 'pictures.mp4');
    await ffmpeg([
      ...['-f', 'lavfi', '-i', `color=s=16x16:r=${DAY_RATE}`, '-t', String(CODED), '-c:v', 'libx264'],
      ...['-preset', 'ultrafast', '-threads', '1', '-g', '1', '-bsf:v', 'filter_units=remove_types=6', coded],
    ]);
    const again = ['-stream_loop', '-1', '-t', String(DAY)];
    await ffmpeg([...again, '-i', coded, '-c', 'copy', '-movflags', '+faststart', path]);
  });

/** The same with sound: 675,143 frames of AAC, 10 MB altogether. */
export const dayTitle = (): Promise<string> =>
  madeOnce('day.mp4', async (path) => {
    const sound = join(temporaryFolder('day'), 'sound.aac');
    const silence = ['-f', 'lavfi', '-i', 'anullsrc=r=8000:cl=mono', '-t', String(CODED)];
    await ffmpeg([...silence, '-c:a', 'aac', '-b:a', '8k', sound]);
    const pictures = ['-i', await dayOfPictures()];
    await ffmpeg([
      ...[...pictures, '-stream_loop', '-1', '-i', sound, '-map', '0', '-map', '1', '-c', 'copy'],
      ...['-t', String(DAY), '-movflags', '+faststart', path],
    ]);
  });
