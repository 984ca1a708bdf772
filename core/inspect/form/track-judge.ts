import type { MediaSegment } from '../model/media-segment.ts';
import type { MediaTrack } from '../model/media-track.ts';
import { formOf } from './form-of.ts';
import type { FormJudge } from './judge.ts';
import type { FormVerdict } from './verdict.ts';

/** Where NAL units have start codes, parameter sets are among them. */
const NONE = new Uint8Array(0);

/** Judges all samples of a track by their own bytes, with a judge for each of its entries of which anything is known. */
export class TrackJudge {
  readonly #track: MediaTrack;
  readonly #judges: FormJudge[] = [];
  #entries = 0;

  constructor(track: MediaTrack) {
    this.#track = track;
  }

  /** Look at the samples of the next segment. In MPEG-TS entries show as segments are read. */
  add(segment: MediaSegment): void {
    const { entries, byteStream } = this.#track;
    for (; this.#entries < entries.length; this.#entries++) {
      const entry = entries[this.#entries]!;
      const judge = formOf(byteStream ? { ...entry, config: NONE } : entry, this.#entries);
      if (judge) this.#judges.push(judge);
    }
    for (const judge of this.#judges) judge.add(segment);
  }

  /** One for each judge. */
  verdicts(): FormVerdict[] {
    return this.#judges.map((judge) => judge.verdict());
  }
}
