import type { Av1BitReader } from './bit-reader.ts';
import type { SequenceHeader } from './sequence-header.ts';

/** loop_filter_params() (AV1 specification, 5.9.11), of frames that have a loop filter. */
export function skipLoopFilter(reader: Av1BitReader, { monochrome }: SequenceHeader): void {
  const levels = reader.read(12); // of luma: vertical, horizontal
  if (!monochrome && levels > 0) reader.skip(12); // of U and V
  reader.skip(3); // loop_filter_sharpness
  if (!reader.flag() || !reader.flag()) return; // loop_filter_delta_enabled, loop_filter_delta_update
  for (let delta = 0; delta < 8 + 2; delta += 1) {
    if (reader.flag()) reader.skip(7);
  }
}

/** cdef_params() (5.9.19), of frames that have it. */
export function skipCdef(reader: Av1BitReader, { monochrome }: SequenceHeader): void {
  reader.skip(2); // cdef_damping_minus_3
  const strengths = 2 ** reader.read(2);
  reader.skip(strengths * (monochrome ? 6 : 12));
}

/** lr_params() (5.9.20), of frames that may have loop restoration. */
export function skipRestoration(reader: Av1BitReader, sequence: SequenceHeader): void {
  const luma = reader.read(2) > 0;
  const chroma = !sequence.monochrome && reader.read(4) > 0;
  if (!luma && !chroma) return;
  const larger = reader.flag(); // lr_unit_shift
  if (larger && !sequence.superblocks128) reader.skip(1); // lr_unit_extra_shift
  if (chroma && sequence.subsamplingX === 1 && sequence.subsamplingY === 1) reader.skip(1); // lr_uv_shift
}
