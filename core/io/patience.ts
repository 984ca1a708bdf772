import { whenAborted } from '../base/under-any.ts';

const LONGEST_SECONDS = 10;

/**
 * How long the server of a run that is over is waited for: as long as it answers. Once it has begun, `signal` aborts when nothing was
 * heard for some seconds. What the run has put there and takes back may be ten thousand files, and a server may be gone.
 */
export class Patience {
  readonly #ends = new AbortController();
  readonly #seconds: number;
  #timer: NodeJS.Timeout | undefined;

  /** @param seconds that its server may take for an answer at other times */
  constructor(seconds: number) {
    this.#seconds = Math.min(seconds, LONGEST_SECONDS);
  }

  get signal(): AbortSignal {
    return this.#ends.signal;
  }

  /** Nothing was heard for too long. */
  get isOver(): boolean {
    return this.#ends.signal.aborted;
  }

  /** From now on it counts. */
  begin(): void {
    this.#timer ??= setTimeout(() => this.#ends.abort(), 1000 * this.#seconds);
  }

  /** The server has done something. */
  heard(): void {
    this.#timer?.refresh();
  }

  /** Nothing is asked any more. */
  end(): void {
    clearTimeout(this.#timer);
  }

  /** Do what belongs to a run, for which it counts as soon as the run is cancelled. */
  async unless<T>(cancelled: AbortSignal, work: () => Promise<T>): Promise<T> {
    const begin = (): void => this.begin();
    if (cancelled.aborted) begin();
    const leave = whenAborted(cancelled, begin);
    try {
      return await work();
    } finally {
      leave();
    }
  }
}
