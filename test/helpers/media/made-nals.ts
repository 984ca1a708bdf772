import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ffmpeg } from '../commands/command.ts';
import { temporaryFolder } from '../commands/folders.ts';
import { type TracedSlice, traceSlices } from '../oracles/slice-headers.ts';
import type { Dice } from '../random/dice.ts';
import type { BitWriter } from './bit-writer.ts';

/** A coded slice that nobody can decode: its header is right, what follows is anything. */
export interface MadeSlice {
  readonly nal: Uint8Array;
  /** Bits of the NAL unit header and the slice header, as its writer counted them. */
  readonly bits: number;
  /** ffmpeg 5.1 does not read it as the standard says. */
  readonly beyondFfmpeg: boolean;
}

export interface MadeStream {
  /** The SPS and the PPS. */
  readonly sets: readonly Uint8Array[];
  readonly slices: readonly MadeSlice[];
}

/** rbsp_trailing_bits(), then emulation prevention (ITU-T H.264 and H.265, 7.4.1). */
export function finishNal(out: BitWriter): Uint8Array {
  out.bits('1');
  const bytes: number[] = [];
  let zeros = 0;
  for (const byte of out.bytes()) {
    if (zeros === 2 && byte <= 3) {
      bytes.push(3);
      zeros = 0;
    }
    bytes.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Uint8Array.from(bytes);
}

/** Slice data of a few bytes, with many zeros: emulation prevention may begin inside the header or just behind it. */
export function putSliceData(out: BitWriter, dice: Dice): void {
  const ones = dice.of([2, 20, 50]);
  for (let bits = 8 * (1 + dice.below(8)); bits > 0; bits -= 1) out.put(dice.percent(ones), 1);
}

const START_CODE = Uint8Array.of(0, 0, 0, 1);

const CODECS = {
  h264: { encoder: 'libx264', delimiter: Uint8Array.of(0x09, 0xf0) },
  hevc: { encoder: 'libx265', delimiter: Uint8Array.of(0x46, 0x01, 0x50) },
} as const;

/** Let ffmpeg read the slice headers that it can in made streams, each slice an access unit of its own. */
export async function traceMadeStreams(
  codec: keyof typeof CODECS,
  streams: readonly MadeStream[],
): Promise<TracedSlice[]> {
  const { encoder, delimiter } = CODECS[codec];
  const folder = temporaryFolder('nals');
  const path = join(folder, `made.${codec}`);
  // Without a picture of a real encoder ffmpeg would not open the stream.
  const real = ['-f', 'lavfi', '-i', 'color=size=64x64', '-frames:v', '1', '-c:v', encoder, '-f', codec, '-'];
  const parts: Uint8Array[] = [await ffmpeg(real)];
  for (const { sets, slices } of streams) {
    const readable = slices.filter(({ beyondFfmpeg }) => !beyondFfmpeg);
    for (const [index, { nal }] of readable.entries()) {
      const unit = index === 0 ? [delimiter, ...sets, nal] : [delimiter, nal];
      for (const part of unit) parts.push(START_CODE, part);
    }
  }
  await writeFile(path, Buffer.concat(parts));
  return (await traceSlices(path, ['-probesize', '4000', '-f', codec])).slice(1);
}
