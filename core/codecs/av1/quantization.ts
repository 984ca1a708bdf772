import type { Av1BitReader } from './bit-reader.ts';
import type { SequenceHeader } from './sequence-header.ts';

/** By segment: what is added to base_q_idx (the feature SEG_LVL_ALT_Q); 0 where it is off. */
export type SegmentQuantizers = readonly number[];

const SEGMENTS = 8;
export const PLAIN_SEGMENTS: SegmentQuantizers = new Array<number>(SEGMENTS).fill(0);

/** Of the features of a segment (AV1 specification, 5.9.14): bits of the value, with its sign. */
const FEATURE_BITS = [9, 7, 7, 7, 7, 3, 0, 0] as const;
const ALT_Q = 0;

export interface Quantization {
  readonly segmentQuantizers: SegmentQuantizers;
  /** CodedLossless: no loop filter, no CDEF, no choice of transform sizes. */
  readonly lossless: boolean;
}

/**
 * quantization_params(), segmentation_params(), delta_q_params() and delta_lf_params() (5.9.12, 5.9.14, 5.9.17, 5.9.18).
 * @param previous segments of the primary reference frame; `undefined` without one
 */
export function readQuantization(
  reader: Av1BitReader,
  { monochrome, separateUvDeltaQ }: SequenceHeader,
  previous: SegmentQuantizers | undefined,
  intraBlockCopy: boolean,
): Quantization {
  const base = reader.read(8);
  let deltas = readDeltaQ(reader); // bits of all deltas: only whether one is not 0 counts
  if (!monochrome) {
    const planes = separateUvDeltaQ && reader.flag() ? 2 : 1;
    for (let delta = 0; delta < 2 * planes; delta += 1) deltas |= readDeltaQ(reader);
  }
  if (reader.flag()) reader.skip(separateUvDeltaQ ? 12 : 8); // using_qmatrix: qm_y, qm_u, qm_v

  const segmentQuantizers = readSegmentation(reader, previous);
  if (base > 0 && reader.flag()) skipDeltaFields(reader, intraBlockCopy);
  return {
    segmentQuantizers,
    lossless: deltas === 0 && segmentQuantizers.every((quantizer) => base + quantizer <= 0),
  };
}

const readDeltaQ = (reader: Av1BitReader): number => (reader.flag() ? reader.su(7) : 0);

function readSegmentation(reader: Av1BitReader, previous: SegmentQuantizers | undefined): SegmentQuantizers {
  if (!reader.flag()) return PLAIN_SEGMENTS;
  if (previous) {
    if (reader.flag()) reader.skip(1); // segmentation_update_map: segmentation_temporal_update
    if (!reader.flag()) return previous;
  }
  return Array.from({ length: SEGMENTS }, () => readFeatures(reader));
}

/** The features of a segment; answers the one that changes its quantizer. */
function readFeatures(reader: Av1BitReader): number {
  let quantizer = 0;
  for (const [feature, bits] of FEATURE_BITS.entries()) {
    if (!reader.flag()) continue;
    if (feature === ALT_Q) quantizer = reader.su(bits);
    else reader.skip(bits);
  }
  return quantizer;
}

/** The rest of delta_q_params(), when they are present, and delta_lf_params(). */
function skipDeltaFields(reader: Av1BitReader, intraBlockCopy: boolean): void {
  reader.skip(2); // delta_q_res
  if (!intraBlockCopy && reader.flag()) reader.skip(3); // delta_lf_res, delta_lf_multi
}
