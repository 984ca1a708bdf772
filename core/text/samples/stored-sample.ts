import type { Cue } from '../cue.ts';
import { CueList, checkCrowd } from '../cue-list.ts';

/** A sample of a text track as a container has it, in milliseconds of its track. */
export interface StoredTextSample {
  readonly start: number;
  readonly end: number;
  readonly data: Uint8Array;
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
    const list = new CueList();
    const all = [...this.#cues, ...this.#open.values()].sort((a, b) => a.start - b.start);
    for (const cue of all) list.add({ ...cue, place: `at ${(cue.start / 1000).toFixed(3)} s` });
    const cues = list.cues();
    checkCrowd(cues, name);
    return { cues, notices: list.notices() };
  }
}
