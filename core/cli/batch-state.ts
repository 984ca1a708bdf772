import type { RunEvent } from '../contract/events.ts';
import { count, rate, wholeDuration } from './format.ts';

/** The speed is the mean over this long, in milliseconds: titles come and go, and each begins slowly. */
const WINDOW = 30_000;
/** From so many titles on something can be said of those that wait. */
const ENOUGH = 3;

type Ending = 'written' | 'exists' | 'failed' | 'again';

/** How far a list is: which titles are over, and how fast bytes are read. It keeps nothing of a title that is over. */
export class BatchState {
  /** Titles of the list. */
  readonly of: number;
  readonly #started: number;
  readonly #ended = { written: 0, exists: 0, failed: 0, again: 0 };
  /** Input bytes that all titles together have read. */
  #bytes = 0;
  #marks: { readonly time: number; readonly bytes: number }[];

  /** @param time in milliseconds of a steady clock */
  constructor(of: number, time: number) {
    this.of = of;
    this.#started = time;
    this.#marks = [{ time, bytes: 0 }];
  }

  /** Titles that are over. */
  get over(): number {
    return this.#ended.written + this.#ended.exists + this.#ended.failed;
  }

  /** A title has begun. @returns what to tell of it: events of its units */
  begin(): (event: RunEvent) => void {
    const units = new Map<string, number>();
    return (event) => {
      if (event.type !== 'unit') return;
      const name = `${event.mode}/${event.unit}`;
      this.#bytes += Math.max(0, event.done - (units.get(name) ?? 0));
      units.set(name, event.done);
    };
  }

  end(how: Ending, time: number): void {
    this.#ended[how]++;
    this.#mark(time);
  }

  /** `12 of 300 titles done, 2 failed, 3 at work, 285 waiting`. @param atWork titles that are open */
  counts(atWork: number): string {
    const { failed, exists } = this.#ended;
    return [
      `${this.over} of ${count(this.of, 'title')} done`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...(exists > 0 ? [`${exists} there before`] : []),
      `${atWork} at work`,
      `${Math.max(0, this.of - this.over - atWork)} waiting`,
    ].join(', ');
  }

  /** What there is of `48 MB/s` and `about 12 min 30 s left`. */
  pace(time: number): string[] {
    this.#mark(time);
    const speed = this.#speed(time);
    const left = this.#timeLeft(time);
    return [
      ...(speed === undefined ? [] : [rate(speed)]),
      ...(left === undefined ? [] : [`about ${wholeDuration(Math.ceil(left))} left`]),
    ];
  }

  #mark(time: number): void {
    const last = this.#marks.at(-1)!;
    if (time - last.time < WINDOW / 30) return;
    this.#marks.push({ time, bytes: this.#bytes });
    while (this.#marks.length > 2 && time - this.#marks[1]!.time >= WINDOW) this.#marks.shift();
  }

  /** Bytes a second. */
  #speed(time: number): number | undefined {
    const first = this.#marks[0]!;
    if (time <= first.time || this.#bytes === first.bytes) return undefined;
    return ((this.#bytes - first.bytes) / (time - first.time)) * 1000;
  }

  /** Seconds, where the titles that wait are as those that were worked on: nobody has looked at them. */
  #timeLeft(time: number): number | undefined {
    const worked = this.#ended.written + this.#ended.failed;
    const open = this.of - this.over;
    if (worked < ENOUGH || open === 0) return undefined;
    return ((time - this.#started) / 1000 / worked) * open;
  }
}
