import type { CodedTrack } from '../../media/track.ts';
import { codecOf } from '../built-in.ts';
import { lengthSizeOf } from './rules.ts';

/** Bytes of the length in front of each NAL unit of a track's samples; 0 for codecs without. */
export function nalLengthSize(track: Pick<CodedTrack, 'entry' | 'config' | 'codec'>): number {
  const rules = codecOf(track)?.nal;
  return rules ? lengthSizeOf(rules, track.config) : 0;
}
