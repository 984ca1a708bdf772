/** More requests than these at once bring little. */
const MOST = 16;

/**
 * Work that goes on behind whoever gives it, within bounds of memory and number. The first failure is told with the next work that is
 * given, or at the end.
 */
export class Lanes {
  readonly #mostBytes: number;
  readonly #running = new Set<Promise<void>>();
  #bytes = 0;
  #failure: { readonly cause: unknown } | undefined;

  /** @param mostBytes held by all work at once; a single one may hold more */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /**
   * Begin a piece of work as soon as there is room. @param bytes that it holds
   * @returns when it has begun, and its result
   */
  async begin<T>(bytes: number, work: () => Promise<T>): Promise<{ readonly done: Promise<T> }> {
    while (this.#running.size >= MOST || (this.#running.size > 0 && this.#bytes + bytes > this.#mostBytes)) {
      await Promise.race(this.#running);
    }
    this.#throwFailure();
    this.#bytes += bytes;
    const done = work();
    const noted = done.then(
      () => {},
      (cause: unknown) => {
        this.#failure ??= { cause };
      },
    );
    const ended = noted.finally(() => {
      this.#bytes -= bytes;
      this.#running.delete(ended);
    });
    this.#running.add(ended);
    return { done };
  }

  /** Waits for all that has begun. @throws the first failure */
  async end(): Promise<void> {
    await this.idle();
    this.#throwFailure();
  }

  /** Waits for all that has begun, however it ends. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.cause;
  }
}

/** Do the same with each, several at once. @throws the first failure, when nothing of it is going on any more */
export async function inLanes<T>(items: Iterable<T>, work: (item: T) => Promise<unknown>): Promise<void> {
  const lanes = new Lanes(Number.POSITIVE_INFINITY);
  try {
    for (const item of items) await lanes.begin(0, () => work(item));
  } finally {
    await lanes.idle();
  }
  await lanes.end();
}
