import { join } from 'node:path';
import { ffmpeg } from '../commands/command.ts';
import { madeOnce, temporaryFolder } from '../commands/folders.ts';

/** An H.264 stream of 320 × 180, 25 frames a second, with a key frame each second. */
async function encode(path: string, seconds: number, x264: string): Promise<void> {
  const picture = ['-f', 'lavfi', '-t', `${seconds}`, '-i', 'testsrc2=size=320x180:rate=25'];
  const parameters = `threads=1:keyint=25:min-keyint=25:scenecut=0:bframes=0:${x264}`;
  await ffmpeg([
    ...picture,
    '-c:v',
    'libx264',
    '-preset',
    'fast',
    '-x264-params',
    parameters,
    '-f',
    'h264',
    path,
  ]);
}

/** Two seconds with a slice a picture, then one with sixty: more than `saiz` can count. */
export const lateManySlices = (): Promise<string> =>
  madeOnce('late-many-slices.mp4', async (path) => {
    const folder = temporaryFolder('slices');
    const [few, many] = [join(folder, 'few.264'), join(folder, 'many.264')];
    await encode(few, 2, 'slices=1');
    await encode(many, 1, 'slice-max-mbs=4');
    await ffmpeg(['-r', '25', '-i', `concat:${few}|${many}`, '-c', 'copy', path]);
  });
