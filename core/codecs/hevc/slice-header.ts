import { BitstreamError, type RbspReader } from '../../base/bit-reader.ts';
import type { ParameterSets } from '../nal/parameter-sets.ts';
import type { HevcPps } from './pps.ts';
import { skipPrediction } from './prediction.ts';
import { parseSliceReferenceSet, type ReferenceSet } from './reference-set.ts';
import { bitsFor, type HevcSps } from './sps.ts';

/** nal_unit_type (ITU-T H.265, table 7-1). */
const FIRST_IRAP = 16;
const IDR_W_RADL = 19;
const IDR_N_LP = 20;
const LAST_IRAP = 23;

/** slice_type (table 7-7). */
const I = 2;

/** What parts of the header behind it depend on. */
interface References {
  /** Pictures that the slice may refer to: NumPicTotalCurr without the current picture. */
  readonly count: number;
  /** slice_temporal_mvp_enabled_flag */
  readonly temporalMotion: boolean;
}

const NO_REFERENCES: References = { count: 0, temporalMotion: false };

/**
 * Read slice_segment_header() (ITU-T H.265, 7.3.6.1) of a coded slice segment of the base layer, with the alignment at its end.
 * @param reader opened after the NAL unit header; stands behind the last byte of the header afterwards
 * @param nalType nal_unit_type, 0 to 31
 * @throws BitstreamError when the header breaks the syntax or names a parameter set that is missing
 */
export function skipSliceHeader(
  reader: RbspReader,
  nalType: number,
  sets: ParameterSets<HevcSps, HevcPps>,
): void {
  const first = reader.flag(); // first_slice_segment_in_pic_flag
  if (nalType >= FIRST_IRAP && nalType <= LAST_IRAP) reader.flag(); // no_output_of_prior_pics_flag
  const pps = sets.pps(reader.ueUpTo(63, 'slice_pic_parameter_set_id'));
  const sps = sets.spsOf(pps);
  const dependent = !first && pps.dependentSlices && reader.flag();
  if (!first) reader.bits(sps.addressBits);
  if (!dependent) skipIndependent(reader, nalType, sps, pps);
  if (pps.tiles || pps.wavefront) skipEntryPoints(reader, sps, pps);
  if (pps.headerExtension) {
    reader.skip(8 * reader.ueUpTo(256, 'slice_segment_header_extension_length'));
  }
  reader.byteAlignment();
}

/** What a dependent slice segment takes over from the one before it. */
function skipIndependent(reader: RbspReader, nalType: number, sps: HevcSps, pps: HevcPps): void {
  reader.bits(pps.extraHeaderBits);
  const type = reader.ueUpTo(2, 'slice_type');
  if (pps.outputFlag) reader.flag();
  if (sps.separateColourPlane) reader.bits(2); // colour_plane_id
  const idr = nalType === IDR_W_RADL || nalType === IDR_N_LP;
  const { count, temporalMotion } = idr ? NO_REFERENCES : parseReferences(reader, sps);
  let filtered = false; // by sample adaptive offset
  if (sps.sampleAdaptiveOffset) {
    filtered = reader.flag(); // slice_sao_luma_flag
    if (sps.chromaArrayType !== 0) filtered = reader.flag() || filtered; // slice_sao_chroma_flag
  }
  if (type !== I) skipPrediction(reader, { type, references: count, temporalMotion }, sps, pps);
  skipQuantisation(reader, pps);
  const deblocked = skipDeblocking(reader, pps);
  if (pps.loopFilterAcrossSlices && (filtered || deblocked)) reader.flag();
}

/** From slice_pic_order_cnt_lsb to slice_temporal_mvp_enabled_flag: the reference picture set of a picture that is no IDR. */
function parseReferences(reader: RbspReader, sps: HevcSps): References {
  reader.bits(sps.pocLsbBits);
  let count = usedOf(parseShortTerm(reader, sps));
  if (sps.longTermReferences) count += parseLongTerm(reader, sps);
  return { count, temporalMotion: sps.temporalMotion && reader.flag() };
}

function parseShortTerm(reader: RbspReader, { referenceSets }: HevcSps): ReferenceSet {
  if (!reader.flag()) return parseSliceReferenceSet(reader, referenceSets);
  const count = referenceSets.length;
  const index = count > 1 ? reader.bits(bitsFor(count)) : 0;
  const set = referenceSets[index];
  if (set === undefined) throw new BitstreamError(`refers to reference picture set ${index} of ${count}`);
  return set;
}

function usedOf({ used }: ReferenceSet): number {
  let count = 0;
  for (const isUsed of used) if (isUsed) count += 1;
  return count;
}

/** Long-term pictures, from the SPS or of the slice's own: answers how many the slice may refer to. */
function parseLongTerm(reader: RbspReader, { longTermUsed, pocLsbBits }: HevcSps): number {
  const candidates = longTermUsed.length;
  const chosen = candidates > 0 ? reader.ueUpTo(candidates, 'num_long_term_sps') : 0;
  const own = reader.ueUpTo(32, 'num_long_term_pics');
  const indexBits = bitsFor(candidates);
  let count = 0;
  for (let index = 0; index < chosen + own; index += 1) {
    if (index < chosen) {
      if (longTermUsed[reader.bits(indexBits)]) count += 1; // lt_idx_sps
    } else {
      reader.bits(pocLsbBits); // poc_lsb_lt
      if (reader.flag()) count += 1; // used_by_curr_pic_lt_flag
    }
    if (reader.flag()) reader.ue(); // delta_poc_msb_cycle_lt
  }
  return count;
}

function skipQuantisation(reader: RbspReader, pps: HevcPps): void {
  reader.se(); // slice_qp_delta
  if (pps.chromaQpOffsets) {
    reader.se(); // slice_cb_qp_offset
    reader.se(); // slice_cr_qp_offset
  }
  if (pps.actQpOffsets) for (let component = 0; component < 3; component += 1) reader.se();
  if (pps.chromaQpOffsetList) reader.flag(); // cu_chroma_qp_offset_enabled_flag
}

/** Answers whether the slice is deblocked: a slice that does not say so does as its PPS says. */
function skipDeblocking(reader: RbspReader, pps: HevcPps): boolean {
  const overridden = pps.deblockingOverride && reader.flag();
  if (!overridden) return !pps.deblockingDisabled;
  if (reader.flag()) return false; // slice_deblocking_filter_disabled_flag
  reader.se(); // slice_beta_offset_div2
  reader.se(); // slice_tc_offset_div2
  return true;
}

/** Where the tiles or the rows of blocks start in the slice data. */
function skipEntryPoints(reader: RbspReader, sps: HevcSps, { tiles, wavefront }: HevcPps): void {
  const rows = wavefront ? sps.heightInCtbs : (tiles?.rows ?? 1);
  const count = reader.ueUpTo((tiles?.columns ?? 1) * rows - 1, 'num_entry_point_offsets');
  if (count > 0) reader.skip(count * (reader.ueUpTo(31, 'offset_len_minus1') + 1));
}
