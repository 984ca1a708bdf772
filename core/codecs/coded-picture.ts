import { BitstreamError } from '../base/bit-reader.ts';
import type { CodedTrack } from '../media/track.ts';
import { codecOf } from './built-in.ts';
import type { CodedPicture } from './picture-format.ts';

/**
 * What the configuration of a video track says of its pictures. Empty where it says nothing, or nothing that can be read:
 * some encoders write a VUI that does not parse.
 */
export function codedPicture(track: Pick<CodedTrack, 'entry' | 'config' | 'codec'>): CodedPicture {
  try {
    return codecOf(track)?.picture?.(track.config) ?? {};
  } catch (cause) {
    if (cause instanceof BitstreamError) return {};
    throw cause;
  }
}
