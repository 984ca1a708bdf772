import * as assert from 'uvu/assert';
import { resultOf, togetherOrAlone } from '../commands/together.ts';
import { decryptedByFfmpeg, decryptedByShaka } from '../oracles/dash.ts';
import { type CodedSample, codedSamplesOfEach, hashes } from '../oracles/samples.ts';
import { TEST_KEY } from '../titles/package.ts';
import {
  assertIncapable,
  type Column,
  capableOracles,
  type PackagedRow,
  type Proof,
  type Refusal,
} from './column.ts';
import type { RowStream } from './row.ts';
import { sourceHashes } from './source.ts';

/** Every codec has a binding to `cenc`; 40 slices and so many fit into the one byte of `saiz` (ISO/IEC 23001-7, 7). */
export const refusedByCenc = ({ hasTooManySlices }: RowStream): Refusal | undefined =>
  hasTooManySlices ? 'too many slices' : undefined;

/** The same, but the binding of VP9 knows no `cbcs`. */
export const refusedByCbcs = (stream: RowStream): Refusal | undefined =>
  stream.codec === 'vp9' ? 'no standard' : refusedByCenc(stream);

const WRONG_KEY = 'ff'.repeat(16);

/** A track of the output. */
export interface TrackFiles {
  readonly stream: RowStream;
  /** A single file, or an init segment and the media segments in order. */
  readonly files: readonly string[];
}

/** Assert that the tracks of a row in protected fragmented MP4 decrypt to the source. */
export async function proveFragments(
  column: Column,
  { row }: PackagedRow,
  files: readonly TrackFiles[],
): Promise<Proof[]> {
  const [readings, sources] = await Promise.all([
    readTracks(files),
    Promise.all(files.map(({ stream }) => sourceHashes(row, stream, 'stored'))),
  ]);
  const proofs: Proof[] = [];
  for (const [index, { stream }] of files.entries()) {
    const { withWrongKey, ...decrypted } = readings[index]!;
    const proof = capableOracles(column, stream);
    const source = sources[index]!;
    for (const oracle of ['F', 'S'] as const) {
      const recovered = async (): Promise<string[]> => hashes(resultOf(decrypted[oracle]));
      if (!proof.oracles.includes(oracle)) await assertIncapable(oracle, recovered(), source);
      else assert.equal(await recovered(), source, `${stream.unit} by ${oracle}`);
    }
    // Whoever recovers the first fragment with a wrong key has found it clear.
    const wrong = withWrongKey.status === 'fulfilled' ? hashes(withWrongKey.value) : [];
    const isClear = wrong.length > 0 && wrong.every((hash, at) => hash === source[at]);
    assert.not(isClear, `${stream.unit} with a wrong key`);
    proofs.push(proof);
  }
  return proofs;
}

type Attempt = PromiseSettledResult<CodedSample[]>;

/** What decryptors make of a track; the wrong key is tried on the first fragment. */
type Readings = Readonly<Record<'F' | 'S' | 'withWrongKey', Attempt>>;

/** Decrypt and read all tracks at once: a decryptor takes longer to start than to do that. */
async function readTracks(files: readonly TrackFiles[]): Promise<Readings[]> {
  const tracks = files.map(({ stream, files }) => ({
    files,
    kind: stream.kind,
    filter: stream.filters?.mp4,
  }));
  const byShaka = await togetherOrAlone(tracks, (list) => decryptedByShaka(list, TEST_KEY));
  const requests = await Promise.all([
    ...tracks.map((track) => decryptedByFfmpeg(track, TEST_KEY.key)),
    ...tracks.map((track) => decryptedByFfmpeg({ ...track, fragments: 1 }, WRONG_KEY)),
  ]);
  const toRead = byShaka.map((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const read = await codedSamplesOfEach([...requests, ...toRead]);
  const { length } = tracks;
  return byShaka.map((one, index) => ({
    F: read[index]!,
    withWrongKey: read[length + index]!,
    S: one.status === 'rejected' ? one : read[2 * length + index]!,
  }));
}
