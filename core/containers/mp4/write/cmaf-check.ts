import type { AccessPointReader } from '../../../codecs/access-point.ts';
import { codecOf } from '../../../codecs/built-in.ts';
import type { Segment } from '../../../media/segment.ts';
import type { Track } from '../../../media/track.ts';

/**
 * Finds out, while a track is written, whether it is a CMAF track (ISO/IEC 23000-19, 7.3): of what this writer does not do
 * anyway, that is one sample entry, and fragments that all begin with a stream access point of type 1 or 2. Containers
 * mark key frames of open GOPs as they mark any, so only the coded pictures tell.
 */
export class CmafCheck {
  readonly #test: AccessPointReader | undefined;
  readonly #hasOneEntry: boolean;
  #isTrack: boolean;

  constructor(track: Track) {
    this.#test = codecOf(track)?.accessPoints?.(track.config);
    this.#hasOneEntry = (track.formats?.length ?? 1) === 1;
    this.#isTrack = this.#hasOneEntry;
  }

  /** Whether all that was looked at so far may be called a CMAF track. */
  get isTrack(): boolean {
    return this.#isTrack;
  }

  /** Whether these, the fragments of one segment before they are protected, are CMAF fragments of a CMAF track. */
  look(fragments: readonly Segment[]): boolean {
    const isRight = this.#hasOneEntry && fragments.every((fragment) => this.#accessPoint(fragment) <= 2);
    this.#isTrack &&= isRight;
    return isRight;
  }

  /** SAP type that a fragment begins with; 3 also where there is none. */
  #accessPoint({ sync, data, sizes, decodeTime, durations, compositionOffsets }: Segment): number {
    if (sync[0] !== 1) return 3;
    const size = sizes[0] ?? 0;
    // Where the picture does not tell, the container's word counts.
    const [alone, led] = this.#test?.(data.subarray(0, size), size) ?? [1, 1];
    const first = decodeTime + (compositionOffsets[0] ?? 0);
    let time = decodeTime;
    for (const [sample, offset] of compositionOffsets.entries()) {
      if (time + offset < first) return led;
      time += durations[sample] ?? 0;
    }
    return alone;
  }
}
