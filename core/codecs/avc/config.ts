import { fail } from '../../base/errors.ts';
import { nalPieces } from '../nal/start-codes.ts';
import { avcRole } from './nal-role.ts';

/**
 * AVCDecoderConfigurationRecord: the payload of `avcC` (ISO/IEC 14496-15, 5.3.3). NAL units are views into it, listed by their
 * types: some muxers write them into another list, or several under one length with start codes between them. Other NAL units, as
 * SEI messages, are left out.
 */
export interface AvcConfig {
  /** profile_idc, the constraint flags and level_idc: the six digits of `avc1.64001f`. */
  readonly profile: number;
  readonly compatibility: number;
  readonly level: number;
  /** Bytes of the length in front of each NAL unit of a sample: 1, 2 or 4. */
  readonly lengthSize: number;
  readonly sps: readonly Uint8Array[];
  readonly pps: readonly Uint8Array[];
  /** Sequence parameter set extensions (auxiliary pictures); not in Baseline, Main and Extended. */
  readonly spsExt: readonly Uint8Array[];
}

/** Baseline, Main and Extended: the record of any other profile goes on with bit depths and SPS extensions. */
export const SHORT_PROFILES: ReadonlySet<number> = new Set([66, 77, 88]);

/** nal_unit_type (ITU-T H.264, table 7-1). */
const [SPS, PPS, SPS_EXTENSION] = [7, 8, 13];
const typeOf = ([header]: Uint8Array): number => header! & 31;

/**
 * Parse the payload of an `avcC` box.
 * @param name how messages name the file
 * @throws PackagerError NOT_MEDIA when it is cut short, of another version, has a length size of 3, or parts of pictures
 */
export function parseAvcConfig(payload: Uint8Array, name: string): AvcConfig {
  const broken = (reason: string) =>
    fail.notMedia(name, `its H.264 configuration (avcC) ${reason}.`, 'Make the file again with the encoder.');
  let at = 5;

  const byte = (): number => {
    const value = payload[at];
    if (value === undefined) throw broken('is cut short');
    at += 1;
    return value;
  };
  const nalUnits = (count: number): Uint8Array[] =>
    Array.from({ length: count }, () => {
      const size = byte() * 256 + byte();
      if (size === 0 || at + size > payload.length) throw broken('has a parameter set of an impossible size');
      at += size;
      return payload.subarray(at - size, at);
    });

  const [version, profile, compatibility, level, lengthField] = payload;
  if (
    profile === undefined ||
    compatibility === undefined ||
    level === undefined ||
    lengthField === undefined
  ) {
    throw broken('is cut short');
  }
  if (version !== 1) throw broken(`has version ${version} instead of 1`);
  const lengthSize = (lengthField & 3) + 1;
  if (lengthSize === 3) throw broken('asks for NAL unit lengths of 3 bytes, which the standard forbids');

  const sets = [nalUnits(byte() & 31), nalUnits(byte())];
  // Many muxers leave this part out; where it is, chroma format and bit depths come before the count.
  const extended = !SHORT_PROFILES.has(profile) && payload.length - at >= 4;
  if (extended) at += 3;
  if (extended) sets.push(nalUnits(byte()));
  const pieces = sets.flat().flatMap(nalPieces);
  // Whoever writes the configuration into an output writes it clear.
  const picture = pieces.find(([header]) => avcRole(header!) !== 'clear');
  if (picture)
    throw broken(`has a part of a picture (NAL unit type ${typeOf(picture)}) among its parameter sets`);
  const ofType = (type: number) => pieces.filter((nal) => typeOf(nal) === type);
  return {
    profile,
    compatibility,
    level,
    lengthSize,
    sps: ofType(SPS),
    pps: ofType(PPS),
    spsExt: ofType(SPS_EXTENSION),
  };
}
