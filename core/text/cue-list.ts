import { fail } from '../base/errors.ts';
import type { Cue } from './cue.ts';

/** Milliseconds after its start that no title goes on: what is later is a slip of the pen, and too large for 32 bits. */
export const LATEST = 1000 * 3600 * 1000;

/** As many cues at a time no screen can show; a sample of `wvtt` holds all that are shown, so their number is a matter of time. */
const MOST_AT_ONCE = 256;

/** As much text at a time, in characters with their markup. */
const MOST_LETTERS = 64 * 1024;

/** What makes a cue one that nobody can see, as notices say it of one and of several. */
const FAULTS = {
  empty: ['has no text', 'have no text'],
  backward: ['ends before it starts, or as it starts', 'end before they start, or as they start'],
  before: ['ends before the title starts', 'end before the title starts'],
  late: ['is later than a thousand hours', 'are later than a thousand hours'],
  unplaced: ['is in a region that is not there then', 'are in regions that are not there then'],
  untimed: ['has times that cannot be read', 'have times that cannot be read'],
} as const;

type Fault = keyof typeof FAULTS;

/** A cue as a source has it; milliseconds, whole or not. */
export interface SourceCue extends Cue {
  /** Where it stands: `line 12`. */
  readonly place: string;
}

/** Collects cues in the order of the source, and leaves out what nobody could see: each kind of that is one notice. */
export class CueList {
  readonly #from: number;
  readonly #cues: Cue[] = [];
  readonly #counts = new Map<Fault, { count: number; readonly first: string }>();
  #early = 0;
  #sorted = true;

  /** @param from when the source starts, in milliseconds of its clock: recordings can be on that of 1970 @default 0 */
  constructor(from = 0) {
    this.#from = Math.max(0, from);
  }

  get size(): number {
    return this.#cues.length;
  }

  /** @returns whether it is kept */
  add({ place, ...source }: SourceCue): boolean {
    const start = Math.round(source.start);
    const end = Math.round(source.end);
    const fault = faultOf(start, end, source.payload, this.#from + LATEST);
    if (fault !== undefined) {
      this.leaveOut(fault, place);
      return false;
    }
    if (start < 0) this.#early++;
    const last = this.#cues.at(-1);
    const { id, ...shown } = source;
    const cue = { ...shown, start: Math.max(0, start), end, ...(id !== undefined && isLine(id) && { id }) };
    if (last !== undefined && last.start > cue.start) this.#sorted = false;
    this.#cues.push(cue);
    return true;
  }

  leaveOut(fault: Fault, place: string): void {
    const known = this.#counts.get(fault);
    if (known === undefined) this.#counts.set(fault, { count: 1, first: place });
    else known.count++;
  }

  /** The cues by start, those of one start in the order of the source. */
  cues(): Cue[] {
    // The sort is stable, and linear where it has nothing to do.
    return this.#sorted ? this.#cues : this.#cues.toSorted((a, b) => a.start - b.start);
  }

  notices(): string[] {
    const notices = [...this.#counts].map(([fault, { count, first }]) =>
      count === 1
        ? `A cue ${FAULTS[fault][0]} and is left out (${first}).`
        : `${count} cues ${FAULTS[fault][1]} and are left out (the first: ${first}).`,
    );
    if (this.#early > 0) {
      notices.push(
        this.#early === 1
          ? 'A cue starts before the title and is shown from its start.'
          : `${this.#early} cues start before the title and are shown from its start.`,
      );
    }
    return notices;
  }
}

/** Whether an id can stand in a line of WebVTT before the times: what ends that line, or is an arrow, would begin another cue. */
const isLine = (id: string): boolean => id !== '' && !/-->|[\r\n]/.test(id);

function faultOf(start: number, end: number, payload: string, latest: number): Fault | undefined {
  if (!Number.isFinite(start) || !Number.isFinite(end)) return 'untimed';
  if (end <= start) return 'backward';
  if (end <= 0) return 'before';
  if (end > latest) return 'late';
  return payload.replace(/<[^<>]*>/g, '').trim() === '' ? 'empty' : undefined;
}

/**
 * Refuse what would take more than linear time and room to cut, since whoever is shown at a cut is written on both sides of it: so many
 * cues at a time, or so much text, that nobody could read them.
 * @param cues by start
 */
export function checkCrowd(cues: readonly Cue[], name: string): void {
  const byEnd = Uint32Array.from(cues.keys()).sort((a, b) => cues[a]!.end - cues[b]!.end);
  let ended = 0;
  let letters = 0;
  for (const [index, { start, payload }] of cues.entries()) {
    for (; cues[byEnd[ended]!]!.end <= start; ended++) letters -= cues[byEnd[ended]!]!.payload.length;
    letters += payload.length;
    if (index + 1 - ended > MOST_AT_ONCE) {
      throw fail.badText(
        name,
        `more than ${MOST_AT_ONCE} cues are shown at the same time, ${placeOf(start)}`,
        'Look at the times of its cues: many of them end too late, or start together.',
      );
    }
    if (letters > MOST_LETTERS) {
      throw fail.badText(
        name,
        `more than ${MOST_LETTERS} letters are shown at the same time, ${placeOf(start)}`,
        'Look at the cues there: one that long is no subtitle, and others end too late.',
      );
    }
  }
}

/** Where a cue is, for messages. @param ms of its start */
export const placeOf = (ms: number): string => `at ${(ms / 1000).toFixed(3)} s`;
