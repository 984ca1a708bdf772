import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../commands/folders.ts';
import { resultOf } from '../commands/together.ts';
import { aes128SegmentsByOpenssl } from '../oracles/hls.ts';
import { codedSamplesOf, hashes } from '../oracles/samples.ts';
import { TEST_KEY } from '../titles/package.ts';
import { type Column, capableOracles, type PackagedRow, type Proof } from './column.ts';
import type { HlsRendition } from './hls-renditions.ts';
import { asInTs, readByFfmpeg } from './prove-sample-aes.ts';
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
  const [byOpenssl, byFfmpeg, sources] = await Promise.all([
    codedSamplesOf(streams.map((stream) => ({ ...asInTs(stream), path }))),
    readByFfmpeg(playlist, streams),
    Promise.all(streams.map((stream) => sourceHashes(row, stream, 'ts'))),
  ]);
  const proofs: Proof[] = [];
  for (const [index, stream] of streams.entries()) {
    const proof = capableOracles(column, stream);
    const source = sources[index]!;
    assert.equal(hashes(byOpenssl[index] ?? []), source, `${stream.unit} by O`);
    if (proof.oracles.includes('F')) {
      assert.equal(hashes(resultOf(byFfmpeg[index])), source, `${stream.unit} by F`);
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
