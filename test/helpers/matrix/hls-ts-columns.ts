import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { hlsAes, hlsNcg } from '../../../plugins/index.ts';
import { filesBelow, outputFolder } from '../titles/package.ts';
import type { Column, PackagedRow, Proof } from './column.ts';
import { type HlsRendition, hlsRenditions, hlsTsFiles } from './hls-renditions.ts';
import { proveAes128 } from './prove-aes-128.ts';
import { proveSampleAes } from './prove-sample-aes.ts';
import type { Codec } from './row.ts';

/** What HLS carries in MPEG-TS (HLS Authoring Specification, 1.5 and 2.2). */
const IN_TS: ReadonlySet<Codec> = new Set(['avc', 'aac', 'ac-3', 'ec-3', 'mp3']);

type ProveRendition = (
  column: Column,
  packaged: PackagedRow,
  rendition: HlsRendition,
  folder: string,
) => Promise<Proof[]>;

interface HlsOutput {
  /** Of the mode's folder. */
  readonly prefix: string;
  /** What it writes besides playlists and media. */
  readonly further: readonly string[];
  readonly prove: ProveRendition;
}

async function proveHls(
  column: Column,
  packaged: PackagedRow,
  { prefix, further, prove }: HlsOutput,
): Promise<Proof[]> {
  const { streams, inputs, output } = packaged;
  const folder = join(output, outputFolder(prefix, inputs[0] ?? ''));
  const renditions = hlsRenditions(streams);
  assert.equal(await filesBelow(folder), hlsTsFiles(renditions, further));
  const proofs = renditions.map((rendition) => prove(column, packaged, rendition, folder));
  return (await Promise.all(proofs)).flat();
}

/** HLS, SAMPLE-AES in MPEG-TS: Apple defines it for H.264, AAC, AC-3 and E-AC-3. */
export const hlsAesTsColumn: Column = {
  name: 'hls-aes-ts',
  title: 'HLS SAMPLE-AES TS',
  oracles: ['F', 'I'],
  mode: () => hlsAes({ container: 'ts' }),
  refuses: ({ codec }) => (codec === 'mp3' ? 'no SAMPLE-AES' : IN_TS.has(codec) ? undefined : 'not in TS'),
  prove: (packaged) =>
    proveHls(hlsAesTsColumn, packaged, { prefix: 'HLS', further: [], prove: proveSampleAes }),
};

/** HLS, AES-128 of whole segments of MPEG-TS. */
export const hlsNcgColumn: Column = {
  name: 'hls-ncg',
  title: 'HLS AES-128 TS',
  oracles: ['F', 'O'],
  mode: () => hlsNcg(),
  refuses: ({ codec }) => (IN_TS.has(codec) ? undefined : 'not in TS'),
  prove: (packaged) =>
    proveHls(hlsNcgColumn, packaged, { prefix: 'HLS-NCG', further: ['key.ncg'], prove: proveAes128 }),
};
