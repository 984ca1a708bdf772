import { titleLine } from './batch-lines.ts';
import { BatchState } from './batch-state.ts';
import type { AlreadyThere, TitleDisplay, TitleHeading } from './display.ts';

/** A line for the whole comes after this long, in milliseconds: each title has one of its own. */
const INTERVAL = 30_000;

/** The titles of a batch in a log: a line each when it is over, its warnings, and now and then one for the whole. */
export class PlainBatch {
  readonly #line: (text: string) => void;
  readonly #now: () => number;
  readonly #state: BatchState;
  #atWork = 0;
  #last: number;

  constructor(of: number, line: (text: string) => void, now: () => number) {
    this.#line = line;
    this.#now = now;
    this.#last = now();
    this.#state = new BatchState(of, this.#last);
  }

  open(heading: TitleHeading): TitleDisplay {
    const note = this.#state.begin();
    this.#atWork++;
    return {
      event: (event) => {
        note(event);
        if (event.type === 'warning') this.#line(`${heading.number}/${heading.of} warning: ${event.message}`);
        else this.#whole();
      },
      close: async (outcome) => {
        this.#atWork--;
        const failed = 'error' in outcome ? outcome : undefined;
        const how = failed ? (failed.again === undefined ? 'failed' : 'again') : 'written';
        this.#state.end(how, this.#now());
        this.#line(titleLine(heading, outcome));
      },
    };
  }

  skip(heading: TitleHeading, there: AlreadyThere): void {
    this.#state.end('exists', this.#now());
    this.#line(titleLine(heading, there));
  }

  #whole(): void {
    const time = this.#now();
    if (time - this.#last < INTERVAL) return;
    this.#last = time;
    this.#line(`  ${[this.#state.counts(this.#atWork), ...this.#state.pace(time)].join(', ')}`);
  }
}
