import { BlockDecryptor } from '../block-decryptor.ts';
import { Frames } from '../frames/frames.ts';
import { splitterOf } from '../frames/splitter-of.ts';
import { findUnits } from '../frames/start-codes.ts';
import { MediaColumns } from '../media-columns.ts';
import { protectAudio, protectPicture } from '../sample-aes.ts';
import type { StreamCodec } from '../stream-types.ts';

/** A key and its IV. */
export interface ClearKey {
  readonly bytes: Uint8Array;
  readonly iv: Uint8Array;
}

/** The bytes of a stream in the clear, and where its PES packets begin there. */
export interface ClearBytes {
  readonly bytes: Buffer;
  readonly starts: readonly number[];
}

/**
 * Decrypt the bytes of a stream in SAMPLE-AES: of whole PES packets, which begin at `starts`. Lengths change where emulation
 * prevention of H.264 is taken away. Bytes that are no frame stay as they are.
 */
export function clearStream(
  codec: StreamCodec,
  bytes: Buffer,
  starts: Uint32Array,
  key: ClearKey,
): ClearBytes {
  const decryptor = new BlockDecryptor(key.bytes, key.iv);
  return codec === 'avc'
    ? clearPictures(bytes, starts, decryptor)
    : clearFrames(codec, bytes, starts, decryptor);
}

function clearFrames(
  codec: StreamCodec,
  bytes: Buffer,
  starts: Uint32Array,
  decryptor: BlockDecryptor,
): ClearBytes {
  const frames = new Frames();
  const columns = new MediaColumns();
  splitterOf(codec).split(bytes, bytes.length, 'end', starts, frames, () => {});
  for (let frame = 0; frame < frames.count; frame++) {
    const start = frames.payloads.values[frame]!;
    protectAudio(codec, bytes, start, frames.ends.values[frame]!, decryptor, columns);
  }
  decryptor.run(bytes);
  return { bytes, starts: [...starts] };
}

function clearPictures(bytes: Buffer, starts: Uint32Array, decryptor: BlockDecryptor): ClearBytes {
  const frames = new Frames();
  const columns = new MediaColumns();
  const { unitStarts, unitEnds } = frames;
  findUnits(bytes, 0, bytes.length, unitStarts, unitEnds);
  const out = Buffer.allocUnsafe(bytes.length);
  const moved: number[] = [];
  let first = 0;
  let to = 0;
  /** Up to where bytes are in `out` already. */
  let reached = 0;
  for (const [row, start] of starts.entries()) {
    moved.push(to);
    const end = starts[row + 1] ?? bytes.length;
    let last = first;
    // A NAL unit that goes on in the next PES packet is decrypted with the one that it begins in.
    let reach = end;
    while (last < unitStarts.length && unitStarts.values[last]! < end) {
      reach = Math.max(end, unitEnds.values[last]!);
      last += 1;
    }
    const from = Math.max(start, reached);
    const units = { starts: unitStarts.values, ends: unitEnds.values, first, last };
    if (reach > from)
      to = protectPicture(bytes, { start: from, end: reach }, units, out, to, decryptor, columns);
    reached = Math.max(reached, reach);
    first = last;
  }
  const clear = out.subarray(0, to);
  decryptor.run(clear);
  return { bytes: clear, starts: moved };
}
