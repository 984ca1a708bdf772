import {
  lengthPrefixedSlices,
  startCodeSlices,
  videoBytes,
  withoutEmulationPrevention,
} from '../media/slices.ts';

/** How much of the slices (H.264 NAL types 1 and 5, header byte included) is not what it was. */
export interface EncryptedShare {
  readonly slices: number;
  /** Slices of which at least one byte differs. */
  readonly changedSlices: number;
  /** Changed bytes ÷ bytes of all slices: 0 … 1. One ciphertext byte in 256 equals the plain one. */
  readonly share: number;
}

/** Compare the video of an encrypted fragmented MP4 with its source: sizes are the same, so byte by byte. */
export async function mp4EncryptedShare(source: string, encrypted: string): Promise<EncryptedShare> {
  const [before, after] = [await videoBytes(source), await videoBytes(encrypted)];
  if (before.length !== after.length)
    throw new Error(`${after.length} bytes of video, ${before.length} in the source`);
  const pairs = lengthPrefixedSlices(before).map(
    ([start, end]) => [before.subarray(start, end), after.subarray(start, end)] as const,
  );
  return measure(pairs);
}

/**
 * Compare the video of an encrypted transport stream with its source. SAMPLE-AES escapes encrypted slices a second
 * time, so that layer is taken away first.
 */
export async function tsEncryptedShare(source: string, encrypted: string): Promise<EncryptedShare> {
  const before = await videoBytes(source);
  const sourceSlices = lengthPrefixedSlices(before).map(([start, end]) => before.subarray(start, end));
  const slices = startCodeSlices(await videoBytes(encrypted));
  if (slices.length !== sourceSlices.length)
    throw new Error(`${slices.length} slices, ${sourceSlices.length} in the source`);
  return measure(
    sourceSlices.map((slice, index) => {
      const other = slices[index]!;
      return [slice, slice.equals(other) ? other : withoutEmulationPrevention(other)] as const;
    }),
  );
}

function measure(pairs: readonly (readonly [source: Buffer, encrypted: Buffer])[]): EncryptedShare {
  let [bytes, changed, changedSlices] = [0, 0, 0];
  for (const [source, encrypted] of pairs) {
    if (source.length !== encrypted.length)
      throw new Error(`a slice of ${source.length} bytes has ${encrypted.length}`);
    let different = 0;
    for (let at = 0; at < source.length; at++) if (source[at] !== encrypted[at]) different++;
    bytes += source.length;
    changed += different;
    if (different > 0) changedSlices++;
  }
  return { slices: pairs.length, changedSlices, share: changed / bytes };
}
