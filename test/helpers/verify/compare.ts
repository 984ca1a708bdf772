import type { InputTrack } from './input-samples.ts';
import {
  isAvc,
  isBaseSlice,
  isHevc,
  isOtherLayer,
  lengthPrefixedUnits,
  withoutStartCodes,
} from './nal-units.ts';

/** Shorter slices may be clear by the rules of a scheme, whatever their headers: the leader, the last block, the pattern. */
const SURELY_CHANGED = 512;

/** Whether bytes that were decrypted are those of the input. Lists of NAL units are compared as lists. */
export function isSame(a: readonly Buffer[], b: readonly Buffer[]): boolean {
  return a.length === b.length && a.every((unit, index) => unit.equals(b[index]!));
}

/**
 * Whether a sample in MP4 is that of the input: byte for byte; or of H.264 and HEVC all NAL units of the base layer, each under a
 * length of its own, where the input has other layers or start codes.
 */
export function isSameSample(track: InputTrack, input: Buffer, output: Buffer): boolean {
  if (input.equals(output)) return true;
  if (track.lengthSize === 0) return false;
  const [before, after] = [input, output].map((sample) => lengthPrefixedUnits(sample, track.lengthSize));
  if (!before || !after || after.some((unit) => isOtherLayer(track, unit))) return false;
  return isSame(
    withoutStartCodes(before).filter((unit) => !isOtherLayer(track, unit)),
    withoutStartCodes(after),
  );
}

/** What of a sample is clear in the output and must not be; `undefined`: nothing. @param stored as it is in the output @param clear decrypted */
export function leftClear(track: InputTrack, stored: Buffer, clear: Buffer): string | undefined {
  const isNal = isAvc(track) || isHevc(track);
  if (!isNal) return clear.length >= SURELY_CHANGED && stored.equals(clear) ? 'it is clear' : undefined;
  let at = 0;
  for (const unit of lengthPrefixedUnits(clear, track.lengthSize) ?? []) {
    at += track.lengthSize + unit.length;
    if (unit.length < SURELY_CHANGED || !isBaseSlice(track, unit)) continue;
    if (stored.subarray(at - unit.length, at).equals(unit)) return `a slice of ${unit.length} bytes is clear`;
  }
  return undefined;
}
