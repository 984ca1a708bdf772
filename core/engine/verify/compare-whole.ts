import type { Finding } from '../../inspect/findings/finding.ts';
import { finding } from '../../inspect/findings/make.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import type { OpenTitle } from '../open-title.ts';

/** Bytes that are compared at a time. */
const PIECE = 4 * 2 ** 20;

/** The input that it holds: the one of its length, whose bytes these are. */
export async function compareWithInputs(
  path: string,
  clear: ByteSource,
  { title }: OpenTitle,
): Promise<Finding | undefined> {
  const { run, inputs } = title;
  let nearest: { readonly name: string; readonly at: number } | undefined;
  for (const { index, name, bytes } of run.inputs) {
    if (bytes !== clear.size) continue;
    const input = await inputs.open(index);
    try {
      const at = await firstDifference(clear, input);
      if (at === undefined) return undefined;
      if (!nearest || at > nearest.at) nearest = { name, at };
    } finally {
      await input.close();
    }
  }
  const place = { file: path, rendition: path };
  if (!nearest)
    return finding(
      'TRACK_UNKNOWN',
      place,
      `${path}: none of the inputs has the ${clear.size} bytes that are in it.`,
    );
  const what = `${path}: byte ${nearest.at} of what is in it is not that of ${nearest.name}.`;
  return finding('SAMPLE_DIFFERS', { ...place, offset: nearest.at }, what);
}

/** Sources of one length. */
async function firstDifference(one: ByteSource, other: ByteSource): Promise<number | undefined> {
  const [mine, theirs] = [Buffer.allocUnsafe(PIECE), Buffer.allocUnsafe(PIECE)];
  for (let at = 0; at < one.size; at += PIECE) {
    const length = Math.min(PIECE, one.size - at);
    const [a, b] = [mine.subarray(0, length), theirs.subarray(0, length)];
    await Promise.all([one.read(at, [a]), other.read(at, [b])]);
    if (a.equals(b)) continue;
    return at + a.findIndex((byte, index) => byte !== b[index]);
  }
  return undefined;
}
