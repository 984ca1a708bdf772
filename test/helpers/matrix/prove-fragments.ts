import * as assert from 'uvu/assert';
import { dashSamplesByFfmpeg, dashSamplesByShaka } from '../oracles/dash.ts';
import { type CodedSample, hashes } from '../oracles/samples.ts';
import { TEST_KEY } from '../titles/package.ts';
import {
  assertIncapable,
  type Column,
  capableOracles,
  type PackagedRow,
  type Proof,
  type Refusal,
} from './column.ts';
import type { Oracle, RowStream } from './row.ts';
import { sourceHashes } from './source.ts';

/** Every codec has a binding to `cenc`; 40 slices and so many fit into the one byte of `saiz` (ISO/IEC 23001-7, 7). */
export const refusedByCenc = ({ hasTooManySlices }: RowStream): Refusal | undefined =>
  hasTooManySlices ? 'too many slices' : undefined;

/** The same, but the binding of VP9 knows no `cbcs`. */
export const refusedByCbcs = (stream: RowStream): Refusal | undefined =>
  stream.codec === 'vp9' ? 'no standard' : refusedByCenc(stream);

const WRONG_KEY = 'ff'.repeat(16);

type Decryptor = (
  files: readonly string[],
  kind: 'video' | 'audio',
  filter: string | undefined,
) => Promise<CodedSample[]>;

const DECRYPTORS: Partial<Record<Oracle, Decryptor>> = {
  F: (files, kind, filter) => dashSamplesByFfmpeg(files, kind, TEST_KEY.key, { filter }),
  S: (files, kind, filter) => dashSamplesByShaka(files, kind, TEST_KEY, { filter }),
};

/**
 * Assert that a track in protected fragmented MP4 decrypts to the source.
 * @param files a single file, or an init segment and the media segments in order
 */
export async function proveFragments(
  column: Column,
  { row }: PackagedRow,
  stream: RowStream,
  files: readonly string[],
): Promise<Proof> {
  const { kind, unit } = stream;
  const filter = stream.filters?.mp4;
  const proof = capableOracles(column, stream);
  const source = await sourceHashes(row, stream, 'stored');
  for (const oracle of column.oracles) {
    const decrypted = async (): Promise<string[]> =>
      hashes((await DECRYPTORS[oracle]?.(files, kind, filter)) ?? []);
    if (proof.oracles.includes(oracle)) assert.equal(await decrypted(), source, `${unit} by ${oracle}`);
    else await assertIncapable(oracle, decrypted(), source);
  }
  // Whoever recovers the first fragment with a wrong key has found it clear.
  const wrong = await dashSamplesByFfmpeg(files, kind, WRONG_KEY, { fragments: 1, filter }).catch(() => []);
  const recovered = wrong.length > 0 && wrong.every(({ hash }, index) => hash === source[index]);
  assert.not(recovered, `${unit} with a wrong key`);
  return proof;
}
