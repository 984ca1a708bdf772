/** Beats without an answer until a server counts as gone. */
const MOST_SILENT = 10;

/**
 * Whether a server still answers. Beats are counted and not time: while this process is busy itself, it hears nothing, and has none.
 */
export class Pulse {
  readonly #ask: () => Promise<unknown>;
  #isAsked = false;
  #silent = 0;

  /** @param ask something that it answers at once */
  constructor(ask: () => Promise<unknown>) {
    this.#ask = ask;
  }

  /** Ask, unless an answer is still awaited. @returns false when nothing was heard for too many of these */
  beat(): boolean {
    if (!this.#isAsked) {
      this.#isAsked = true;
      this.#ask()
        .then(
          () => {
            this.#silent = 0;
          },
          // What it could not be asked it has not answered.
          () => {},
        )
        .finally(() => {
          this.#isAsked = false;
        });
    }
    return ++this.#silent <= MOST_SILENT;
  }
}
