import * as assert from 'uvu/assert';
import type { Plugin } from '../../../core/index.ts';
import { type FootnoteName, INCAPABLE_OF } from './footnotes.ts';
import type { MatrixRow, Oracle, RowStream } from './row.ts';

/** Length of segments in seconds: long enough for two or more, whose GOPs are of a second. */
export const SEGMENT = 2;

/** Why a column has no output for a codec, in the words of the matrix. */
export type Refusal = 'whole files' | 'no standard' | 'not in TS' | 'no SAMPLE-AES' | 'too many slices';

/** Who proved one stream, and why others could not. */
export interface Proof {
  readonly oracles: readonly Oracle[];
  readonly footnotes: readonly FootnoteName[];
}

/** A row that a column has packaged. */
export interface PackagedRow {
  readonly row: MatrixRow;
  /** The streams that the output has to have. */
  readonly streams: readonly RowStream[];
  readonly inputs: readonly string[];
  /** The title's output folder. */
  readonly output: string;
}

/** A mode with its scheme and container. */
export interface Column {
  /** Unique; a word for filters and test names. */
  readonly name: string;
  /** Its head in the table. */
  readonly title: string;
  /** The decryptors that it is proven with, where they can. */
  readonly oracles: readonly Oracle[];
  mode(): Plugin;
  /** Why a stream is refused, after the standards and not after our code; `undefined`: it is carried. */
  refuses(stream: RowStream): Refusal | undefined;
  /**
   * Assert that the output has the files that it must have, and that each decryptor gives every stream's samples as they
   * were and a wrong key does not.
   */
  prove(packaged: PackagedRow): Promise<readonly Proof[]>;
}

/** Which decryptors can be asked about a stream; the others are tried all the same, see `assertIncapable`. */
export function capableOracles({ name, oracles }: Column, { codec, incapable = [] }: RowStream): Proof {
  const all = [...incapable, ...(INCAPABLE_OF[codec] ?? [])];
  const unable = all.filter(({ columns = [name] }) => columns.includes(name));
  return {
    oracles: oracles.filter((oracle) => unable.every((one) => one.oracle !== oracle)),
    footnotes: unable.filter((one) => oracles.includes(one.oracle)).map(({ because }) => because),
  };
}

/**
 * The streams of a row that a column's output has: video it must carry; of audio, what it cannot carry is left out where
 * the language is there in another codec.
 */
export function carriedStreams(
  { streams }: Pick<MatrixRow, 'streams'>,
  column: Pick<Column, 'refuses'>,
): readonly RowStream[] | Refusal {
  const language = ({ unit }: RowStream): string | undefined => unit.split('-')[1];
  const carried = streams.filter((stream) => column.refuses(stream) === undefined);
  for (const stream of streams) {
    const refusal = column.refuses(stream);
    const isSpared = carried.some((other) => other.kind === 'audio' && language(other) === language(stream));
    if (refusal !== undefined && !(stream.kind === 'audio' && isSpared)) return refusal;
  }
  return carried;
}

/** A footnote that is no longer true is an error: then the decryptor can prove the cell. */
export async function assertIncapable(
  oracle: Oracle,
  decrypted: Promise<readonly string[]>,
  source: readonly string[],
): Promise<void> {
  const recovered = await decrypted.catch(() => []);
  assert.is.not(recovered.join(), source.join(), `${oracle} can do it: take its footnote away`);
}
