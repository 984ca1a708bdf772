import { readFile, writeFile } from 'node:fs/promises';
import { ffmpeg } from '../commands/command.ts';
import { madeOnce } from '../commands/folders.ts';
import { nalUnitsOf, setStartCodes, withSamples } from './nal-lengths.ts';
import { videoBytes } from './slices.ts';

/** `empty`: the box is there and has nothing in it. */
export type WithoutConfig = 'gone' | 'empty';

const FRAGMENTED = ['-movflags', 'frag_keyframe+empty_moov+default_base_moof'];

/**
 * An MP4 as some muxers write it that are given an encoder's bytes: start codes of 4 bytes in place of lengths, and no
 * decoder configuration. Both have as many bytes, so nothing moves.
 * @param source an MP4 whose parameter sets are in its samples too, with lengths of 4 bytes
 */
export const byteStreamMp4 = (
  source: string,
  { name, without, isFragmented = false }: { name: string; without: WithoutConfig; isFragmented?: boolean },
): Promise<string> =>
  madeOnce(`${name}.mp4`, async (path) => {
    await ffmpeg(['-i', source, '-c', 'copy', ...(isFragmented ? FRAGMENTED : []), path]);
    const file = await readFile(path);
    setStartCodes(file, nalUnitsOf(await videoBytes(path)));
    await writeFile(path, withoutConfig(file, without));
  });

/** The pictures alone, with start codes of 3 bytes but for the first of a sample, and zeros behind it: samples get other sizes. */
export const shortCodesMp4 = (source: string, name: string): Promise<string> =>
  madeOnce(`${name}.mp4`, async (path) => {
    await ffmpeg(['-i', source, '-map', '0:v', '-c', 'copy', path]);
    const file = withSamples(await readFile(path), (sample) =>
      Buffer.concat([
        Buffer.of(0),
        ...nalUnitsOf(sample).flatMap((unit) => [Buffer.of(0, 0, 1), unit]),
        Buffer.alloc(5),
      ]),
    );
    await writeFile(path, withoutConfig(file, 'gone'));
  });

/** The file without the decoder configuration of its video; nothing moves. */
export function withoutConfig(file: Buffer, without: WithoutConfig): Buffer {
  const changed = Buffer.from(file);
  const type = Math.max(changed.indexOf('avcC'), changed.indexOf('hvcC'));
  if (type < 0) throw new Error('no avcC and no hvcC');
  const size = changed.readUInt32BE(type - 4);
  if (without === 'gone') changed.write('free', type);
  else {
    changed.writeUInt32BE(8, type - 4);
    changed.writeUInt32BE(size - 8, type + 4);
    changed.write('free', type + 8);
  }
  return changed;
}
