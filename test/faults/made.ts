import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../helpers/commands/folders.ts';
import { transportStream } from '../helpers/media/clock-media.ts';
import { LAYERED_MEDIA } from '../helpers/media/layered-media.ts';
import { MATRICES, turnedFile } from '../helpers/media/turned-media.ts';
import { unevenTitle } from '../helpers/media/uneven-media.ts';

/** Files of the kinds that once failed, for where those are not. */
type Made = () => Promise<readonly string[]>;

type Span = Parameters<typeof unevenTitle>[1];

export const layered =
  (name: string): Made =>
  async () => {
    const media = LAYERED_MEDIA.find((candidate) => candidate.name === name);
    if (!media) throw new Error(`There are no layered media "${name}".`);
    return [await media.file()];
  };

export const turned: Made = async () => [await turnedFile(MATRICES.portrait)];

export const uneven =
  (name: string, video: Span, audio: Span): Made =>
  async () => [await unevenTitle(name, video, audio)];

async function written(bytes: Buffer): Promise<readonly string[]> {
  const path = join(temporaryFolder('clocks'), 'recording.ts');
  await writeFile(path, bytes);
  return [path];
}

/** One recording of four seconds, three times. */
export const clockSetBack: Made = async () => {
  const once = await transportStream({ seconds: 4 });
  return written(Buffer.concat([once, once, once]));
};
