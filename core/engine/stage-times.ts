import type { RunEvent } from '../contract/events.ts';
import type { StageTiming } from '../contract/report.ts';
import type { StageName } from '../contract/stages.ts';

/** How long the stages of a title take, by what its run tells of them. */
export class StageTimes {
  readonly #origin: number;
  /** In the order of their starts; those without an end are at work. */
  readonly #seen: { readonly stage: StageName; readonly start: number; end?: number }[] = [];

  /** @param origin when the title started, milliseconds of `performance.now` */
  constructor(origin: number) {
    this.#origin = origin;
  }

  note(event: RunEvent, now = performance.now()): void {
    if (event.type !== 'stage') return;
    const { stage, state } = event;
    if (state === 'start') this.#seen.push({ stage, start: now });
    else {
      const open = this.#seen.findLast((seen) => seen.stage === stage);
      if (open) open.end = now;
    }
  }

  /** Those that have come to an end; a title that has failed has some that have not. `report` is told by itself, and not among them. */
  all(now = performance.now()): StageTiming[] {
    return this.#seen
      .filter(({ stage }) => stage !== 'report')
      .map(({ stage, start, end }) => ({
        stage,
        start: (start - this.#origin) / 1000,
        seconds: ((end ?? now) - start) / 1000,
        ...(end === undefined && { isBroken: true }),
      }));
  }
}
