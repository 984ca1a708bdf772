import { codecOf } from '../../../core/codecs/built-in.ts';
import type { AudioInfo } from '../../../core/media/track.ts';

/** What a codec's configuration says of the sound; `undefined` where the sample entry alone tells no codec. */
export const audioFacts = (entry: string, config: Uint8Array): Partial<AudioInfo> | undefined =>
  codecOf({ entry })?.describe?.(config, { type: entry, boxes: new Map(), codecs: entry }, 'input.mp4').audio;
