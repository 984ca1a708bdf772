import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { resultOf, togetherOrAlone } from '../commands/together.ts';
import { type HlsStream, hlsSamplesOf } from '../oracles/hls.ts';
import { sampleAesHashes } from '../oracles/sample-aes.ts';
import { sampleAesAudioHashes } from '../oracles/sample-aes-audio.ts';
import { type CodedSample, hashes, tsFilter } from '../oracles/samples.ts';
import { TEST_KEY } from '../titles/package.ts';
import { assertIncapable, type Column, capableOracles, type PackagedRow, type Proof } from './column.ts';
import type { HlsRendition } from './hls-renditions.ts';
import type { Codec, RowStream } from './row.ts';
import { sourceHashes } from './source.ts';

const WRONG_KEY = { ...TEST_KEY, key: 'ff'.repeat(16) };
const WRONG_IV = { ...TEST_KEY, iv: 'ff'.repeat(16) };

/** Codecs that MPEG-TS wraps; the others are in it as they are. */
const filterOf = (codec: Codec): string =>
  codec === 'avc' ? tsFilter('v:0') : codec === 'aac' ? tsFilter('a:0') : 'null';

/** How ffmpeg is asked for a stream of a rendition. */
export const asInTs = ({ kind, codec }: RowStream): HlsStream => ({
  stream: kind === 'video' ? 'v:0' : 'a:0',
  filter: filterOf(codec),
});

/** What ffmpeg makes of the streams of a playlist with the right key, with one start where it can. */
export const readByFfmpeg = (
  playlist: string,
  streams: readonly RowStream[],
): Promise<PromiseSettledResult<CodedSample[]>[]> =>
  togetherOrAlone(streams, (list) => hlsSamplesOf(playlist, list.map(asInTs), TEST_KEY));

/** Assert that a rendition in SAMPLE-AES decrypts to the source. */
export async function proveSampleAes(
  column: Column,
  { row }: PackagedRow,
  { folder, streams }: HlsRendition,
  root: string,
): Promise<Proof[]> {
  const path = join(root, folder, 'media.ts');
  const playlist = join(root, folder, 'stream.m3u8');
  const [byFfmpeg, sources] = await Promise.all([
    readByFfmpeg(playlist, streams),
    Promise.all(streams.map((stream) => sourceHashes(row, stream, 'ts'))),
  ]);
  const proofs: Proof[] = [];
  for (const [index, stream] of streams.entries()) {
    const { unit } = stream;
    const proof = capableOracles(column, stream);
    const source = sources[index]!;
    assert.equal(await afterApple(path, stream, TEST_KEY), source, `${unit} by I`);
    const recovered = async (): Promise<string[]> => hashes(resultOf(byFfmpeg[index]));
    if (proof.oracles.includes('F')) assert.equal(await recovered(), source, `${unit} by F`);
    else await assertIncapable('F', recovered(), source);
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
