import { codecOf } from '../codecs/built-in.ts';
import { visitNalUnits } from '../codecs/nal/units.ts';
import type { ProtectedRanges } from '../codecs/protected-ranges.ts';
import { rangeFinders } from '../codecs/ranges.ts';
import type { Segment } from '../media/segment.ts';
import type { CodedTrack } from '../media/track.ts';

/** The schemes of ISO/IEC 23001-7: what they protect is behind slice headers, exactly. */
const COMMON_ENCRYPTION: ReadonlySet<string> = new Set(['cenc', 'cens', 'cbc1', 'cbcs']);

export const isCommonEncryption = (scheme: string): boolean => COMMON_ENCRYPTION.has(scheme);

/** What of a track's samples a scheme has to protect, found without the help of who protects it. */
export interface ProtectableParts {
  /** Shorter parts the scheme may leave clear. */
  readonly least: number;
  /** Bytes from the start of a part in which a protector must have changed something. */
  readonly reach: number;
  /** Add the parts of the sample at [start, end) of `segment`, the `sample`-th, to `out`. Samples come in order, once each. */
  find(segment: Segment, sample: number, start: number, end: number, out: ProtectedRanges): void;
  /** So many samples, which no later one depends on, were looked at elsewhere. */
  pass?(samples: number): void;
}

const BLOCK = 16;
/** Of a NAL unit SAMPLE-AES leaves so many bytes clear, and all of one that has no more than 48. */
const NAL_LEADER = 32;
const CLEAR_NAL_BYTES = 48;

/** More than what any scheme leaves clear in front of its first block: the 1:9 pattern comes round every 160 bytes. */
const REACH = 256;
const WHOLE_REACH = 65_536;

export function protectableParts(scheme: string, track: CodedTrack): ProtectableParts {
  const wholeSample: ProtectableParts['find'] = (_segment, _sample, start, end, out) => {
    if (end > start) out.add(start, end);
  };
  const codec = codecOf(track);
  if (isCommonEncryption(scheme)) {
    if (track.kind === 'audio') return { least: BLOCK, reach: REACH, find: wholeSample };
    const finderOf = codec?.rangeFinder ? rangeFinders(track) : undefined;
    if (finderOf) {
      return {
        least: BLOCK,
        reach: REACH,
        find({ data, formats }, sample, start, end, out) {
          finderOf(formats?.[sample]).find(data, start, end, out);
        },
        pass: (samples) => finderOf().pass?.(samples),
      };
    }
  }
  if (!codec?.nal) {
    // The leader of a frame of sound and less than two blocks of it stay clear in SAMPLE-AES.
    return { least: CLEAR_NAL_BYTES, reach: track.kind === 'audio' ? REACH : WHOLE_REACH, find: wholeSample };
  }
  const { roleOf } = codec.nal;
  return {
    least: BLOCK,
    reach: REACH,
    find(segment, _sample, start, end, out) {
      visitNalUnits(segment, start, end, (from, to) => {
        if (roleOf(segment.data, from) !== 'slice') return;
        // A slice that stays clear by the rule counts as a part too, though as one that is too short.
        if (to - from > CLEAR_NAL_BYTES) out.add(from + NAL_LEADER, to);
        else out.add(from, from + 1);
      });
    },
  };
}
