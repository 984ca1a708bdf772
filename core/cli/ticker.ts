import { Spinner } from 'listr2';

/** One clock for the spinner and the figures: setting a task's output draws the list, and once a tick is enough. */
export class Ticker extends Spinner {
  readonly #draw: () => boolean;

  constructor(draw: () => boolean) {
    super();
    this.#draw = draw;
  }

  override start(draw?: () => void, interval?: number): void {
    super.start(() => {
      if (!this.#draw()) draw?.();
    }, interval);
  }
}
