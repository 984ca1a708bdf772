import type { HevcConfig } from './config.ts';

/** The letter of general_profile_space 0 to 3. */
const PROFILE_SPACES = ['', 'A', 'B', 'C'] as const;

/**
 * The codec string of RFC 6381 for HEVC (ISO/IEC 14496-15, annex E.3): `hvc1.1.6.L93.B0`. Profile; compatibility flags, last
 * one in front, hexadecimal; tier and level; constraint bytes up to the last that is not zero.
 * @param entry the sample entry, `hvc1` or `hev1`
 */
export function hevcCodecString(entry: string, config: HevcConfig): string {
  const space = PROFILE_SPACES[config.profileSpace]!;
  const tier = config.highTier ? 'H' : 'L';
  const used = config.constraints.findLastIndex((byte) => byte !== 0) + 1;
  const constraints = Array.from(config.constraints.subarray(0, used), hexadecimal);
  return [
    entry,
    `${space}${config.profile}`,
    hexadecimal(reversed(config.compatibility)),
    `${tier}${config.level}`,
    ...constraints,
  ].join('.');
}

const hexadecimal = (value: number): string => value.toString(16).toUpperCase();

/** 32 bits, the last one first. */
function reversed(bits: number): number {
  let result = 0;
  for (let bit = 0; bit < 32; bit += 1) result = (result << 1) | ((bits >>> bit) & 1);
  return result >>> 0;
}
