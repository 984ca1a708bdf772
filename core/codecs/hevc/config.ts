import { viewOf } from '../../base/bytes.ts';
import { fail } from '../../base/errors.ts';
import { nalPieces } from '../nal/start-codes.ts';
import { hevcRole } from './nal-role.ts';

/** HEVCDecoderConfigurationRecord: the payload of `hvcC` (ISO/IEC 14496-15, 8.3.3). Arrays are views into it. */
export interface HevcConfig {
  /** general_profile_space, 0 to 3. */
  readonly profileSpace: number;
  readonly highTier: boolean;
  readonly profile: number;
  /** general_profile_compatibility_flags: flag 0 is the top bit of 32. */
  readonly compatibility: number;
  /** general_constraint_indicator_flags, 6 bytes. */
  readonly constraints: Uint8Array;
  /** general_level_idc: 30 times the level. */
  readonly level: number;
  /** Bytes of the length in front of each NAL unit of a sample: 1, 2 or 4. */
  readonly lengthSize: number;
  /** VPS, SPS, PPS and SEI, in file order, each alone where some share a length. With `hev1` some or all may be in the samples instead. */
  readonly nalUnits: readonly Uint8Array[];
}

/** Bytes in front of the arrays, numOfArrays included. */
const HEAD_BYTES = 23;

/**
 * Parse the payload of an `hvcC` box.
 * @param name how messages name the file
 * @throws PackagerError NOT_MEDIA when it is cut short, of another version, has a length size of 3, or parts of pictures
 */
export function parseHevcConfig(payload: Uint8Array, name: string): HevcConfig {
  const broken = (reason: string) =>
    fail.notMedia(name, `its HEVC configuration (hvcC) ${reason}.`, 'Make the file again with the encoder.');
  if (payload.length < HEAD_BYTES) throw broken('is cut short');
  const view = viewOf(payload);
  const version = view.getUint8(0);
  if (version !== 1) throw broken(`has version ${version} instead of 1`);
  const lengthSize = (view.getUint8(21) & 3) + 1;
  if (lengthSize === 3) throw broken('asks for NAL unit lengths of 3 bytes, which the standard forbids');

  let at = HEAD_BYTES;
  const take = (bytes: number): number => {
    if (at + bytes > payload.length) throw broken('is cut short');
    at += bytes;
    return at - bytes;
  };
  const stored: Uint8Array[] = [];
  for (let arrays = view.getUint8(22); arrays > 0; arrays -= 1) {
    // array_completeness and NAL_unit_type, which is in each NAL unit too
    for (let count = view.getUint16(take(3) + 1); count > 0; count -= 1) {
      const size = view.getUint16(take(2));
      if (size === 0) throw broken('has an empty parameter set');
      const start = take(size);
      stored.push(payload.subarray(start, start + size));
    }
  }
  const nalUnits = stored.flatMap(nalPieces);
  // Whoever writes the configuration into an output writes it clear. Parameter sets of other layers are no pictures.
  const picture = nalUnits.find(([header]) => hevcRole(header! & 0xfe, 0) !== 'clear');
  if (picture) {
    const type = (picture[0]! >> 1) & 63;
    throw broken(`has a part of a picture (NAL unit type ${type}) among its parameter sets`);
  }

  const profile = view.getUint8(1);
  return {
    profileSpace: profile >> 6,
    highTier: (profile & 0x20) !== 0,
    profile: profile & 31,
    compatibility: view.getUint32(2),
    constraints: payload.subarray(6, 12),
    level: view.getUint8(12),
    lengthSize,
    nalUnits,
  };
}
