import { createDecipheriv } from 'node:crypto';
import type { EncryptedSample, ProtectedSample } from './protected-samples.ts';

const BLOCK = 16;

/** A sample as it was (ISO/IEC 23001-7, 9 and 10). @throws Error for a scheme that is none, or bytes that do not add up */
export function decryptSample({ encryption, ...rest }: ProtectedSample, key: Buffer): Buffer {
  if (!encryption) return rest.bytes;
  const sample = { ...rest, encryption };
  const { scheme } = encryption;
  if (scheme === 'cenc') return decryptCenc(sample, key);
  if (scheme === 'cbcs') return decryptCbcs(sample, key);
  throw new Error(`nobody knows the scheme "${scheme}"`);
}

/** Start and end of each protected range, in turn. */
function protectedRanges({ bytes, subsamples }: ProtectedSample): number[] {
  if (!subsamples) return [0, bytes.length];
  const ranges: number[] = [];
  let at = 0;
  for (let row = 0; row < subsamples.length; row += 2) {
    const start = at + subsamples[row]!;
    at = start + subsamples[row + 1]!;
    if (at > start) ranges.push(start, at);
  }
  if (at !== bytes.length) throw new Error(`subsamples of ${at} bytes in a sample of ${bytes.length}`);
  return ranges;
}

/** Counter mode over the protected ranges as if they were one (10.1). */
function decryptCenc(sample: EncryptedSample, key: Buffer): Buffer {
  const { bytes, iv, encryption } = sample;
  if (!iv || (encryption.ivSize !== 8 && encryption.ivSize !== BLOCK))
    throw new Error('"cenc" without an IV a sample');
  if (encryption.encryptedBlocks > 0) throw new Error('"cenc" knows no pattern');
  const counter = Buffer.alloc(BLOCK);
  iv.copy(counter);
  const decipher = createDecipheriv('aes-128-ctr', key, counter);
  const clear = Buffer.from(bytes);
  const ranges = protectedRanges(sample);
  for (let row = 0; row < ranges.length; row += 2)
    decipher.update(bytes.subarray(ranges[row], ranges[row + 1])).copy(clear, ranges[row]);
  return clear;
}

/** Each protected range by itself: block chaining from the IV, over the encrypted blocks of the pattern (10.4, 9.6). */
function decryptCbcs(sample: EncryptedSample, key: Buffer): Buffer {
  const { bytes, encryption } = sample;
  const iv = sample.iv ?? encryption.constantIv;
  if (iv?.length !== BLOCK) throw new Error('"cbcs" without an IV of 16 bytes');
  const clear = Buffer.from(bytes);
  const ranges = protectedRanges(sample);
  for (let row = 0; row < ranges.length; row += 2) {
    const [start, end] = [ranges[row]!, ranges[row + 1]!];
    const blocks = encryptedBlocks(end - start, encryption).map((at) => start + at);
    const decipher = createDecipheriv('aes-128-cbc', key, iv).setAutoPadding(false);
    const plain = decipher.update(Buffer.concat(blocks.map((at) => bytes.subarray(at, at + BLOCK))));
    for (const [index, at] of blocks.entries()) plain.copy(clear, at, index * BLOCK, (index + 1) * BLOCK);
  }
  return clear;
}

/** Where the encrypted blocks of a range begin; a block that is not whole is clear. */
function encryptedBlocks(
  length: number,
  { encryptedBlocks: encrypted, clearBlocks: skipped }: EncryptedSample['encryption'],
): number[] {
  const blocks: number[] = [];
  const period = encrypted + skipped;
  for (let block = 0; (block + 1) * BLOCK <= length; block++) {
    if (period === 0 || block % period < encrypted) blocks.push(block * BLOCK);
  }
  return blocks;
}
