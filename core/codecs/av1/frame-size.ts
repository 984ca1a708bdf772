import type { Av1BitReader } from './bit-reader.ts';
import type { ReferenceSlots } from './references.ts';
import type { SequenceHeader } from './sequence-header.ts';

/** Pixels of a frame. */
export interface FrameSize {
  /** As coded; less than `upscaledWidth` with super-resolution. */
  readonly width: number;
  readonly upscaledWidth: number;
  readonly height: number;
}

/** SUPERRES_NUM */
const FULL_WIDTH = 8;

/** frame_size() and render_size() (AV1 specification, 5.9.5 and 5.9.6). */
export function readFrameSize(reader: Av1BitReader, sequence: SequenceHeader, override: boolean): FrameSize {
  const width = override ? reader.read(sequence.widthBits) + 1 : sequence.maxWidth;
  const height = override ? reader.read(sequence.heightBits) + 1 : sequence.maxHeight;
  const size = readSuperres(reader, sequence, width, height);
  if (reader.flag()) reader.skip(32); // render_width_minus_1, render_height_minus_1
  return size;
}

/** frame_size_with_refs() (5.9.7): the size of a reference, or one that is stated. */
export function readFrameSizeWithRefs(
  reader: Av1BitReader,
  sequence: SequenceHeader,
  slots: ReferenceSlots,
  refs: readonly number[],
): FrameSize {
  for (const slot of refs) {
    if (!reader.flag()) continue; // found_ref
    const { upscaledWidth, height } = slots.frame(slot);
    return readSuperres(reader, sequence, upscaledWidth, height);
  }
  return readFrameSize(reader, sequence, true);
}

/** superres_params() (5.9.8) */
function readSuperres(
  reader: Av1BitReader,
  { superres }: SequenceHeader,
  upscaledWidth: number,
  height: number,
): FrameSize {
  const denominator = superres && reader.flag() ? reader.read(3) + 9 : FULL_WIDTH;
  const width = Math.floor((upscaledWidth * FULL_WIDTH + Math.floor(denominator / 2)) / denominator);
  return { width, upscaledWidth, height };
}
