import { createDecipheriv } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  isSlice,
  lengthPrefixedSlices,
  startCodeSlices,
  startCodeUnits,
  videoBytes,
  withoutEmulationPrevention,
} from '../media/slices.ts';
import { md5, type SampleAesKey } from './sample-aes-audio.ts';
import { readPackets, readPes } from './transport-stream.ts';

const VIDEO = 0x101;

/**
 * The slices of a SAMPLE-AES transport stream, decrypted after Apple's text alone: take the second layer of emulation
 * prevention away, leave 32 bytes, then one block of ten while more than 16 bytes remain, CBC from the IV.
 *
 * ffmpeg 5.1 cannot be asked where a picture has several slices: it loses a byte of every slice but the last when that
 * one had an emulation prevention byte.
 */
export async function sampleAesSlices(path: string, key: SampleAesKey): Promise<Buffer[]> {
  return startCodeSlices(await videoBytes(path)).map((slice) => decryptSlice(slice, key));
}

/**
 * The pictures of a SAMPLE-AES transport stream, decrypted in the same way, as the hashes that `mp4SamplesAsInTs` has:
 * without NAL types 7, 8 and 9, a start code of four bytes in front and of three bytes between.
 */
export async function sampleAesHashes(path: string, key: SampleAesKey): Promise<string[]> {
  const pictures = readPes(readPackets(await readFile(path)), VIDEO);
  return pictures.map(({ payload }) => pictureHash(payload, key));
}

/** The same of one picture; without a key: as it is. */
export function pictureHash(payload: Buffer, key?: SampleAesKey): string {
  const units = startCodeUnits(payload)
    .filter(([header = 0]) => ![7, 8, 9].includes(header & 0x1f))
    .map((unit) => (key && isSlice(unit[0]) ? decryptSlice(unit, key) : unit));
  return md5(Buffer.concat([Buffer.alloc(1), ...units.flatMap((unit) => [START_CODE, unit])]));
}

const START_CODE = Buffer.from([0, 0, 1]);

/** A slice without its start code, after Apple's text. */
export function decryptSlice(wire: Buffer, { key, iv }: SampleAesKey): Buffer {
  if (wire.length <= 48) return wire;
  const slice = Buffer.from(withoutEmulationPrevention(wire));
  const decipher = createDecipheriv('aes-128-cbc', Buffer.from(key, 'hex'), Buffer.from(iv, 'hex'));
  decipher.setAutoPadding(false);
  for (let at = 32; slice.length - at > 16; at += 160) {
    decipher.update(slice.subarray(at, at + 16)).copy(slice, at);
  }
  return slice;
}

/** The slices of an MP4 with 4-byte lengths. */
export async function sourceSlices(path: string): Promise<Buffer[]> {
  const bytes = await videoBytes(path);
  return lengthPrefixedSlices(bytes).map(([start, end]) => bytes.subarray(start, end));
}
