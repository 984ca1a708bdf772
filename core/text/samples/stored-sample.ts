import { BoxError, type BoxSpan, eachBox } from '../../base/box-walk.ts';
import type { Cue } from '../cue.ts';
import { CueList, checkCrowd, placeOf } from '../cue-list.ts';

/** A sample of a text track as a container has it, in milliseconds of its track. */
export interface StoredTextSample {
  readonly start: number;
  readonly end: number;
  /** How much later that is than the times within it, if those count from the start of the track. @default 0 */
  readonly moved?: number;
  readonly data: Uint8Array;
}

/** More cues in a sample, or parts of a cue, than any file has. */
const MOST_BOXES = 10_000;

/** Counts samples with something wrong. */
class Faults {
  #count = 0;
  #first = 0;
  #last: number | undefined;

  /** @param ms when the sample is shown; several faults of one are one */
  note(ms: number): void {
    if (this.#last === ms) return;
    this.#last = ms;
    if (this.#count++ === 0) this.#first = ms;
  }

  /** @param one what is said of one @param more what is said of several, behind their number */
  notice(one: string, more: string): string[] {
    if (this.#count === 0) return [];
    return [`${this.#count === 1 ? one : `${this.#count} ${more}`} (the first: ${placeOf(this.#first)}).`];
  }
}

/** Reads samples as far as they are sound, and tells of those that are not: one of them is no reason to lose a track. */
export class SampleReader {
  readonly #letters = new Faults();
  readonly #boxes = new Faults();
  readonly #unread = new Faults();

  /** @param ms when it is shown @param encoding as `TextDecoder` calls it */
  text(bytes: Uint8Array, ms: number, encoding = 'utf-8'): string {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      this.#letters.note(ms);
      return new TextDecoder(encoding).decode(bytes);
    }
  }

  /** The boxes between two places, up to the first that is damaged. @param ms when the sample is shown */
  boxes(bytes: Uint8Array, from: number, to: number, ms: number): BoxSpan[] {
    const found: BoxSpan[] = [];
    try {
      for (const box of eachBox(bytes, from, to)) {
        if (found.length === MOST_BOXES) throw new BoxError('too many boxes');
        found.push(box);
      }
    } catch (cause) {
      if (!(cause instanceof BoxError)) throw cause;
      this.#boxes.note(ms);
    }
    return found;
  }

  /** Go without a sample. @param ms when it would be shown */
  leaveOut(ms: number): void {
    this.#unread.note(ms);
  }

  notices(): string[] {
    return [
      ...this.#unread.notice(
        'A sample cannot be read and is left out',
        'samples cannot be read and are left out',
      ),
      ...this.#boxes.notice(
        'A sample is damaged, and only what stands before the damage is kept',
        'samples are damaged, and only what stands before the damage is kept',
      ),
      ...this.#letters.notice(
        'A cue has bytes that are not UTF-8, and is shown with \uFFFD in their place',
        'cues have bytes that are not UTF-8, and are shown with \uFFFD in their place',
      ),
    ];
  }
}

/** Puts cues together again that were cut where samples are. */
export class PieceJoiner {
  /** Pieces by what they say; those of a number by that. */
  readonly #open = new Map<string, Cue>();
  readonly #cues: Cue[] = [];

  /**
   * Add what a sample shows, in the order of the samples.
   * @param number the pieces of a cue have one number, where they have any
   */
  add(piece: Cue, number?: number): void {
    const { start, end, ...content } = piece;
    const key = number === undefined ? JSON.stringify(content) : String(number);
    const before = this.#open.get(key);
    // Clocks of tracks are not in milliseconds: pieces may be one apart.
    const goesOn = before !== undefined && start <= before.end + 1;
    const cue = goesOn ? { ...before, end: Math.max(before.end, end) } : piece;
    if (before !== undefined && !goesOn) this.#cues.push(before);
    this.#open.set(key, cue);
  }

  /** All cues, whole and cleaned. */
  finish(name: string): { cues: readonly Cue[]; notices: readonly string[] } {
    const all = [...this.#cues, ...this.#open.values()].sort((a, b) => a.start - b.start);
    const list = new CueList(all[0]?.start);
    for (const cue of all) list.add({ ...cue, place: placeOf(cue.start) });
    const cues = list.cues();
    checkCrowd(cues, name);
    return { cues, notices: list.notices() };
  }
}
