import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { hlsSamples } from '../oracles/hls.ts';
import { sampleAesHashes } from '../oracles/sample-aes.ts';
import { sampleAesAudioHashes } from '../oracles/sample-aes-audio.ts';
import { hashes, tsFilter } from '../oracles/samples.ts';
import { TEST_KEY } from '../titles/package.ts';
import { assertIncapable, type Column, capableOracles, type PackagedRow, type Proof } from './column.ts';
import type { HlsRendition } from './hls-renditions.ts';
import type { Codec, RowStream } from './row.ts';
import { sourceHashes } from './source.ts';

const WRONG_KEY = { ...TEST_KEY, key: 'ff'.repeat(16) };
const WRONG_IV = { ...TEST_KEY, iv: 'ff'.repeat(16) };

/** Codecs that MPEG-TS wraps; the others are in it as they are. */
export const filterOf = (codec: Codec): string =>
  codec === 'avc' ? tsFilter('v:0') : codec === 'aac' ? tsFilter('a:0') : 'null';

/** Assert that a rendition in SAMPLE-AES decrypts to the source. */
export async function proveSampleAes(
  column: Column,
  { row }: PackagedRow,
  { folder, streams }: HlsRendition,
  root: string,
): Promise<Proof[]> {
  const path = join(root, folder, 'media.ts');
  const playlist = join(root, folder, 'stream.m3u8');
  const proofs: Proof[] = [];
  for (const stream of streams) {
    const { kind, codec, unit } = stream;
    const proof = capableOracles(column, stream);
    const source = await sourceHashes(row, stream, 'ts');
    assert.equal(await afterApple(path, stream, TEST_KEY), source, `${unit} by I`);
    const options = { ...TEST_KEY, filter: filterOf(codec) };
    const byFfmpeg = hlsSamples(playlist, kind === 'video' ? 'v:0' : 'a:0', options).then(hashes);
    if (proof.oracles.includes('F')) assert.equal(await byFfmpeg, source, `${unit} by F`);
    else await assertIncapable('F', byFfmpeg, source);
    assert.is.not((await afterApple(path, stream, WRONG_KEY)).join(), source.join(), 'with a wrong key');
    assert.is.not((await afterApple(path, stream, WRONG_IV)).join(), source.join(), 'with a wrong IV');
    proofs.push(proof);
  }
  return proofs;
}

/** The samples decrypted after Apple's text alone. */
const afterApple = (
  path: string,
  { kind, codec }: RowStream,
  key: { readonly key: string; readonly iv: string },
): Promise<string[]> =>
  kind === 'video' ? sampleAesHashes(path, key) : sampleAesAudioHashes(path, codec, key);
