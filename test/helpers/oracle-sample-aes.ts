import { createDecipheriv } from 'node:crypto';
import { lengthPrefixedSlices, startCodeSlices, videoBytes, withoutEmulationPrevention } from './slices.ts';

/**
 * The slices of a SAMPLE-AES transport stream, decrypted after Apple's text alone: take the second layer of emulation
 * prevention away, leave 32 bytes, then one block of ten while more than 16 bytes remain, CBC from the IV.
 *
 * ffmpeg 5.1 cannot be asked where a picture has several slices: it loses a byte of every slice but the last when that
 * one had an emulation prevention byte.
 */
export async function sampleAesSlices(
  path: string,
  { key, iv }: { key: string; iv: string },
): Promise<Buffer[]> {
  const slices = startCodeSlices(await videoBytes(path));
  return slices.map((wire) => {
    if (wire.length <= 48) return wire;
    const slice = Buffer.from(withoutEmulationPrevention(wire));
    const decipher = createDecipheriv('aes-128-cbc', Buffer.from(key, 'hex'), Buffer.from(iv, 'hex'));
    decipher.setAutoPadding(false);
    for (let at = 32; slice.length - at > 16; at += 160) {
      decipher.update(slice.subarray(at, at + 16)).copy(slice, at);
    }
    return slice;
  });
}

/** The slices of an MP4 with 4-byte lengths. */
export async function sourceSlices(path: string): Promise<Buffer[]> {
  const bytes = await videoBytes(path);
  return lengthPrefixedSlices(bytes).map(([start, end]) => bytes.subarray(start, end));
}
