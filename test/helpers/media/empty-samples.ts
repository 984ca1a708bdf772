import { readFile, writeFile } from 'node:fs/promises';
import { fullBox, u32 } from '../../../core/base/box.ts';
import { madeOnce } from '../commands/folders.ts';
import { withTables, withTracks } from '../oracles/boxes.ts';
import { demuxFile } from '../oracles/read-mp4.ts';
import { oddMedia } from './odd-media.ts';

/** Numbers of samples, of the video and of the audio track. */
export interface EmptySamples {
  readonly video?: readonly number[];
  readonly audio?: readonly number[];
}

/**
 * Five seconds with B-frames, of which some samples have no bytes; every other one is where it was, in a chunk of its own. What was in
 * them stays in the file, and nothing points to it.
 */
export const mediaWithEmpty = (name: string, empty: EmptySamples): Promise<string> =>
  madeOnce(`empty-${name}.mp4`, async (path) => {
    const from = await oddMedia('moov-last');
    const tables = (await demuxFile(from)).map(({ kind, samples }) => {
      const { offsets, sizes } = samples.read(0, samples.count);
      for (const sample of empty[kind] ?? []) sizes[sample] = 0;
      return new Map([
        ['stsz', fullBox('stsz', 0, 0, u32(0), u32(sizes.length), [...sizes].map(u32))],
        ['stsc', fullBox('stsc', 0, 0, [1, 1, 1, 1].map(u32))],
        ['stco', fullBox('stco', 0, 0, u32(offsets.length), [...offsets].map(u32))],
      ]);
    });
    const file = withTracks(await readFile(from), (trak, index) => withTables(trak, tables[index]!));
    await writeFile(path, file);
  });
