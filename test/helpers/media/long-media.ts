import { join } from 'node:path';
import { ffmpeg } from '../commands/command.ts';
import { madeOnce, temporaryFolder } from '../commands/folders.ts';

/** Seconds: 24 hours. */
export const DAY = 86_400;
/** Pictures a second of `dayTitle`, each of them a key frame. */
export const DAY_RATE = 2;

/** A title of 24 hours, all intra, with sound: 172,800 tiny pictures and 675,143 frames of AAC in 10 MB. */
export const dayTitle = (): Promise<string> =>
  madeOnce('day.mp4', async (path) => {
    const folder = temporaryFolder('day');
    const [pictures, sound] = [join(folder, 'pictures.mp4'), join(folder, 'sound.aac')];
    await ffmpeg([
      ...['-f', 'lavfi', '-i', `color=s=16x16:r=${DAY_RATE}`, '-t', String(DAY), '-c:v', 'libx264'],
      ...[
        '-preset',
        'ultrafast',
        '-threads',
        '1',
        '-g',
        '1',
        '-bsf:v',
        'filter_units=remove_types=6',
        pictures,
      ],
    ]);
    await ffmpeg([
      '-f',
      'lavfi',
      '-i',
      'anullsrc=r=8000:cl=mono',
      '-t',
      '600',
      '-c:a',
      'aac',
      '-b:a',
      '8k',
      sound,
    ]);
    await ffmpeg([
      ...['-i', pictures, '-stream_loop', '-1', '-i', sound, '-map', '0', '-map', '1', '-c', 'copy'],
      ...['-t', String(DAY), '-movflags', '+faststart', path],
    ]);
  });
