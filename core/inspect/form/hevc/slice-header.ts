import { type Bits, FormError, NotFollowed } from '../bits.ts';
import { type Pps, readRefSet, type Sps } from './parameter-sets.ts';

const I_SLICE = 2;
/** nal_unit_type of the first and last IRAP picture, and of IDR pictures (ITU-T H.265, table 7-1). */
const [FIRST_IRAP, LAST_IRAP] = [16, 23];
const [IDR_W_RADL, IDR_N_LP] = [19, 20];

/** What slice data needs of its header. */
export interface SliceHeader {
  readonly sps: Sps;
  readonly pps: Pps;
  readonly isIntra: boolean;
  /** slice_segment_address: its first CTB. */
  readonly address: number;
  readonly saoLuma: boolean;
  readonly saoChroma: boolean;
  /** SliceQpY. */
  readonly qp: number;
}

export interface Sets {
  readonly sps: ReadonlyMap<number, Sps>;
  readonly pps: ReadonlyMap<number, Pps>;
}

/**
 * slice_segment_header() (7.3.6.1): of I slices to its end, where the reader stands behind byte_alignment() afterwards; of others as far as
 * slice_type.
 * @throws NotFollowed where a parameter set is not known, or a segment depends on another
 */
export function readSliceHeader(bits: Bits, nalType: number, sets: Sets): SliceHeader {
  const isFirst = bits.flag();
  const isIrap = nalType >= FIRST_IRAP && nalType <= LAST_IRAP;
  if (isIrap) bits.skip(1); // no_output_of_prior_pics_flag
  const pps = sets.pps.get(bits.ueUpTo(63, 'slice_pic_parameter_set_id'));
  const sps = pps && sets.sps.get(pps.spsId);
  if (!sps) throw new NotFollowed('refers to a parameter set that is not there');
  if (!isFirst && pps.dependentSegments && bits.flag()) throw new NotFollowed('has dependent slice segments');
  const address = isFirst ? 0 : readAddress(bits, sps);
  bits.skip(pps.extraBits);
  const type = bits.ueUpTo(2, 'slice_type');
  const isIntra = type === I_SLICE;
  const own = { sps, pps, isIntra, address };
  if (!isIntra) {
    if (isIrap) throw new FormError('has a slice of an IRAP picture that is predicted');
    return { ...own, saoLuma: false, saoChroma: false, qp: 0 };
  }
  if (pps.outputFlag) bits.skip(1);
  if (nalType !== IDR_W_RADL && nalType !== IDR_N_LP) skipReferences(bits, sps);
  const saoLuma = sps.sao && bits.flag();
  const saoChroma = sps.sao && sps.chromaFormat !== 0 && bits.flag();
  const qp = pps.initQp + bits.se();
  if (qp < -6 * (sps.lumaBits - 8) || qp > 51)
    throw new FormError('has a slice_qp_delta that the standard has not');
  if (pps.chromaOffsets) {
    bits.seWithin(-12, 12, 'slice_cb_qp_offset');
    bits.seWithin(-12, 12, 'slice_cr_qp_offset');
  }
  const isOverridden = pps.deblockingOverride && bits.flag();
  const isUnfiltered = isOverridden ? bits.flag() : pps.deblockingDisabled;
  if (isOverridden && !isUnfiltered) {
    bits.seWithin(-6, 6, 'slice_beta_offset_div2');
    bits.seWithin(-6, 6, 'slice_tc_offset_div2');
  }
  if (pps.filterAcross && (saoLuma || saoChroma || !isUnfiltered)) bits.skip(1);
  skipEnd(bits, pps);
  return { ...own, saoLuma, saoChroma, qp };
}

function readAddress(bits: Bits, { width, height, ctb }: Sps): number {
  const size = 2 ** ctb;
  const ctbs = Math.ceil(width / size) * Math.ceil(height / size);
  const address = bits.read(Math.ceil(Math.log2(ctbs)));
  if (address === 0 || address >= ctbs) throw new FormError('has a slice that begins outside its picture');
  return address;
}

function skipReferences(bits: Bits, sps: Sps): void {
  bits.skip(sps.pocLsbBits);
  const sets = sps.refSets.length;
  if (!bits.flag()) readRefSet(bits, sets, sps.refSets, true);
  else if (sets > 1) bits.skip(Math.ceil(Math.log2(sets)));
  if (sps.longTermPictures !== undefined) {
    const inSps = sps.longTermPictures > 0 ? bits.ueUpTo(32, 'num_long_term_sps') : 0;
    const own = bits.ueUpTo(32, 'num_long_term_pics');
    const choice = sps.longTermPictures > 1 ? Math.ceil(Math.log2(sps.longTermPictures)) : 0;
    for (let index = 0; index < inSps + own; index += 1) {
      bits.skip(index < inSps ? choice : sps.pocLsbBits + 1);
      if (bits.flag()) bits.ue(); // delta_poc_msb_cycle_lt
    }
  }
  if (sps.temporalMvp) bits.skip(1);
}

/** Entry points, extension and byte_alignment(). */
function skipEnd(bits: Bits, pps: Pps): void {
  if (pps.hasTiles || pps.wavefront) {
    const count = bits.ueUpTo(440 * 1000, 'num_entry_point_offsets');
    if (count > 0) bits.skip((1 + bits.ueUpTo(31, 'offset_len_minus1')) * count);
  }
  if (pps.headerExtension) bits.skip(8 * bits.ueUpTo(256, 'slice_segment_header_extension_length'));
  if (!bits.flag()) throw new FormError('has a slice header that does not end as the standard says');
  const rest = (8 - (bits.position & 7)) & 7;
  if (bits.read(rest) !== 0) throw new FormError('has a slice header that does not end as the standard says');
}
