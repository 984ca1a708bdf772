import type { Av1BitReader } from './bit-reader.ts';
import { FRAME_TYPE } from './references.ts';
import type { SequenceHeader } from './sequence-header.ts';

/** film_grain_params() (AV1 specification, 5.9.30) of a frame that is shown, now or later. */
export function skipFilmGrain(reader: Av1BitReader, sequence: SequenceHeader, frameType: number): void {
  if (!reader.flag()) return; // apply_grain
  reader.skip(16); // grain_seed
  if (frameType === FRAME_TYPE.inter && !reader.flag()) {
    reader.skip(3); // film_grain_params_ref_idx, in place of what follows
    return;
  }
  const { monochrome, subsamplingX, subsamplingY } = sequence;
  const luma = skipPoints(reader);
  const fromLuma = !monochrome && reader.flag(); // chroma_scaling_from_luma
  const noChroma = monochrome || fromLuma || (subsamplingX === 1 && subsamplingY === 1 && luma === 0);
  const cb = noChroma ? 0 : skipPoints(reader);
  const cr = noChroma ? 0 : skipPoints(reader);
  reader.skip(2); // grain_scaling_minus_8
  const lag = reader.read(2);
  const coefficients = 2 * lag * (lag + 1);
  if (luma > 0) reader.skip(8 * coefficients);
  const chromaCoefficients = coefficients + (luma > 0 ? 1 : 0);
  if (fromLuma || cb > 0) reader.skip(8 * chromaCoefficients);
  if (fromLuma || cr > 0) reader.skip(8 * chromaCoefficients);
  reader.skip(4); // ar_coeff_shift_minus_6, grain_scale_shift
  const multipliers = 8 + 8 + 9;
  if (cb > 0) reader.skip(multipliers);
  if (cr > 0) reader.skip(multipliers);
  reader.skip(2); // overlap_flag, clip_to_restricted_range
}

/** The points of a scaling function; answers how many. */
function skipPoints(reader: Av1BitReader): number {
  const count = reader.read(4);
  reader.skip(16 * count);
  return count;
}
