import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { hlsAes } from '../../../plugins/index.ts';
import { temporaryFolder } from '../commands/folders.ts';
import { fetchPlaylist } from '../oracles/hls-fmp4.ts';
import { filesBelow, outputFolder } from '../titles/package.ts';
import type { Column, PackagedRow, Proof } from './column.ts';
import { proveFragments, refusedByCbcs, type TrackFiles } from './prove-fragments.ts';
import type { RowStream } from './row.ts';

/** HLS, SAMPLE-AES in fragmented MP4, which is the `cbcs` scheme. */
export const hlsAesFmp4Column: Column = {
  name: 'hls-aes-fmp4',
  title: 'HLS cbcs fMP4',
  oracles: ['F', 'S'],
  mode: () => hlsAes({ container: 'fmp4' }),
  refuses: refusedByCbcs,
  async prove(packaged: PackagedRow): Promise<Proof[]> {
    const { streams, inputs, output } = packaged;
    const folder = join(output, outputFolder('HLS', inputs[0] ?? ''));
    assert.equal(await filesBelow(folder), ['master.m3u8', ...streams.flatMap(filesOf)].sort());
    const tracks: TrackFiles[] = [];
    for (const stream of streams) {
      const path = await fetched(join(folder, stream.unit, 'stream.m3u8'));
      tracks.push({ stream, files: [path] });
    }
    return proveFragments(hlsAesFmp4Column, packaged, tracks);
  },
};

const filesOf = ({ kind, unit }: RowStream): string[] => [
  `${unit}/media.mp4`,
  `${unit}/stream.m3u8`,
  ...(kind === 'video' ? [`${unit}/iframe.m3u8`] : []),
];

/** What a client has when it fetched the initialisation section and every segment of a playlist, as one file. */
async function fetched(playlist: string): Promise<string> {
  const { init, segments } = await fetchPlaylist(playlist);
  const path = join(temporaryFolder('fetched'), 'media.mp4');
  await writeFile(path, Buffer.concat([init, ...segments.map(({ bytes }) => bytes)]));
  return path;
}
