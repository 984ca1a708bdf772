import { readFile, writeFile } from 'node:fs/promises';
import { fullBox, u32 } from '../../../core/base/box.ts';
import { ffmpeg } from '../commands/command.ts';
import { madeOnce } from '../commands/folders.ts';
import { withTables, withTracks } from '../oracles/boxes.ts';
import { asXheAac } from './audio-media.ts';

export interface MarkedSound {
  /** Numbers of the frames of sound that are marked as sync samples; there are 377. */
  readonly sync: readonly number[];
  /** The frames say that they are xHE-AAC. @default false: AAC-LC, as they are */
  readonly isXheAac?: boolean;
  /** @default false: sound alone */
  readonly hasPictures?: boolean;
}

/** Eight seconds of sound at 48 kHz with an `stss`, and pictures with a key frame every second. */
export const markedSound = (name: string, { sync, isXheAac, hasPictures }: MarkedSound): Promise<string> =>
  madeOnce(`marked-${name}.mp4`, async (path) => {
    const pictures = ['-f', 'lavfi', '-t', '8', '-i', 'testsrc2=size=160x96:rate=25'];
    const x264 = ['-c:v', 'libx264', '-g', '25', '-threads', '1', '-preset', 'ultrafast'];
    await ffmpeg([
      ...(hasPictures ? pictures : []),
      ...['-f', 'lavfi', '-t', '8', '-i', 'sine=440:sample_rate=48000', '-c:a', 'aac', '-ac', '2'],
      ...(hasPictures ? x264 : []),
      path,
    ]);
    const file = await readFile(path);
    const stss = fullBox('stss', 0, 0, u32(sync.length), ...sync.map((sample) => u32(sample + 1)));
    const isSound = (trak: Buffer) => trak.includes('soun');
    const marked = withTracks(file, (trak) =>
      isSound(trak) ? withTables(trak, new Map([['stss', stss]])) : trak,
    );
    await writeFile(path, isXheAac ? asXheAac(marked) : marked);
  });
