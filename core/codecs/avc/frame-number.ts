import { RbspReader } from '../../base/bit-reader.ts';
import type { AvcParameterSets } from './parameter-sets.ts';

/** nal_ref_idc. */
const REFERENCE = 0x60;

/**
 * Whether no reference picture is missing between two pictures that are decoded one after the other, as their frame_num tells
 * (ITU-T H.264, 7.4.3). Of fields, those of different frames.
 * @param before, slice NAL units of a slice of each, the later one not of an IDR picture
 * @throws BitstreamError when they break the syntax, or refer to parameter sets that are missing
 */
export function followsByFrameNumber(before: Uint8Array, slice: Uint8Array, sets: AvcParameterSets): boolean {
  const last = frameNumber(before, sets);
  const { value, bits } = frameNumber(slice, sets);
  const due = last.value + ((before[0]! & REFERENCE) !== 0 ? 1 : 0);
  return bits === last.bits && value === due % 2 ** bits;
}

function frameNumber(slice: Uint8Array, sets: AvcParameterSets) {
  const reader = new RbspReader().open(slice, 1, slice.length);
  reader.ue(); // first_mb_in_slice
  reader.ue(); // slice_type
  const pps = sets.pps(reader.ueUpTo(255, 'pic_parameter_set_id'));
  const { frameNumBits: bits, separateColourPlane } = sets.spsOf(pps);
  if (separateColourPlane) reader.bits(2); // colour_plane_id
  return { value: reader.bits(bits), bits };
}
