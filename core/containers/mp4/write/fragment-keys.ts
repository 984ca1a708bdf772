import { type Box, fullBox, u8, u32 } from '../../../base/box.ts';
import type { ProtectedTrack, SegmentJob } from '../../../contract/segment-job.ts';
import type { ContentKey } from '../../../keys/content-key.ts';
import { filledSegments } from '../../../media/timed-track.ts';
import { CLEAR } from '../../../title/periods.ts';
import { encryptionFields, type TrackEncryption } from './sample-entry.ts';

/** What is written of a key where it takes the place of another. */
export interface KeyChange {
  /** Of the scheme that `tenc` says. */
  readonly encryption: TrackEncryption;
  /** Whole `pssh` boxes of this key, for `moof`: a player may need it before it has read any manifest anew. */
  readonly pssh: readonly Uint8Array[];
}

/** What a fragment says of its key, where `moov` does not say it. */
export interface FragmentKey {
  /** Sample entries in front of its formats' own: those for encrypted samples, where it is clear. */
  readonly entriesBefore: number;
  /** `sgpd` with the one description that all its samples have; `undefined`: what `tenc` says holds. */
  readonly group: Box | undefined;
  readonly pssh: readonly Uint8Array[];
}

/** What the fragments of a track say of their keys. */
export interface FragmentKeys {
  /** Some segments stay clear. */
  readonly hasClear: boolean;
  /** @param segment its number in the grid; `undefined`: nothing, its key is that of `tenc` */
  of(segment: number): FragmentKey | undefined;
}

/**
 * What fragments of a track say, whose key changes or whose first segments stay clear: the key in a sample group of theirs
 * (ISO/IEC 23001-7, 6), clear samples by the sample entry. `tenc` has the key of the label's first crypto period, for players
 * that know no sample groups: with it they start at least.
 * @param change how a key is written. @default a title whose keys change cannot be
 * @returns `undefined` where all segments have that key
 * @throws RangeError when keys change, and nobody says how that is written
 */
export function fragmentKeys(
  { grid, keys }: Pick<SegmentJob, 'grid' | 'keys'>,
  timed: ProtectedTrack,
  change?: (key: ContentKey, period: number) => KeyChange,
): FragmentKeys | undefined {
  const { periods } = grid;
  const { keyLabel, track } = timed;
  const own = new Set(filledSegments(timed).map((segment) => periods[segment]!));
  const first = keys.placed(keyLabel)[0]?.period;
  const isOther = (period: number): boolean => period !== CLEAR && period !== first;
  const hasClear = own.has(CLEAR);
  if (!hasClear && ![...own].some(isOther)) return undefined;

  const clear = { entriesBefore: track.formats?.length ?? 1, group: undefined, pssh: [] };
  let latest: { readonly period: number; readonly key: FragmentKey } | undefined;
  return {
    hasClear,
    of(segment) {
      const period = periods[segment]!;
      if (period === CLEAR) return clear;
      if (!isOther(period)) return undefined;
      if (latest?.period !== period) {
        if (!change) throw new RangeError('nobody says how another key is written');
        const { encryption, pssh } = change(keys.of(keyLabel, period), period);
        latest = { period, key: { entriesBefore: 0, group: keyGroup(encryption), pssh } };
      }
      return latest.key;
    },
  };
}

/** Sample Group Description of one key (ISO/IEC 14496-12, 8.9.3; ISO/IEC 23001-7, 6), version 1: of fixed length. */
function keyGroup(encryption: TrackEncryption): Box {
  const fields = encryptionFields(encryption);
  return fullBox('sgpd', 1, 0, 'seig', u32(1 + fields.length), u32(1), u8(0), fields);
}
