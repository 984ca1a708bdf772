import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../commands/folders.ts';
import { aes128SegmentsByOpenssl, hlsSamples } from '../oracles/hls.ts';
import { codedSamplesOf, hashes } from '../oracles/samples.ts';
import { TEST_KEY } from '../titles/package.ts';
import { type Column, capableOracles, type PackagedRow, type Proof } from './column.ts';
import type { HlsRendition } from './hls-renditions.ts';
import { filterOf } from './prove-sample-aes.ts';
import { sourceHashes } from './source.ts';

const WRONG_KEY = 'ff'.repeat(16);

/** Assert that a rendition in AES-128 decrypts to the source: by OpenSSL segment for segment, and by ffmpeg. */
export async function proveAes128(
  column: Column,
  { row }: PackagedRow,
  { folder, streams }: HlsRendition,
  root: string,
): Promise<Proof[]> {
  const playlist = join(root, folder, 'stream.m3u8');
  const path = join(temporaryFolder('clear-ts'), 'media.ts');
  await writeFile(path, Buffer.concat(await aes128SegmentsByOpenssl(playlist, TEST_KEY.key)));
  const requests = streams.map(({ kind, codec }) => ({
    path,
    stream: kind === 'video' ? ('v:0' as const) : ('a:0' as const),
    filter: filterOf(codec),
  }));
  const byOpenssl = await codedSamplesOf(requests);
  const proofs: Proof[] = [];
  for (const [index, stream] of streams.entries()) {
    const proof = capableOracles(column, stream);
    const source = await sourceHashes(row, stream, 'ts');
    assert.equal(hashes(byOpenssl[index] ?? []), source, `${stream.unit} by O`);
    if (proof.oracles.includes('F')) {
      const options = { ...TEST_KEY, filter: filterOf(stream.codec) };
      const byFfmpeg = await hlsSamples(playlist, stream.kind === 'video' ? 'v:0' : 'a:0', options);
      assert.equal(hashes(byFfmpeg), source, `${stream.unit} by F`);
    }
    proofs.push(proof);
  }
  const decrypts = await aes128SegmentsByOpenssl(playlist, WRONG_KEY).then(
    () => true,
    () => false,
  );
  assert.not(decrypts, 'with a wrong key');
  return proofs;
}
