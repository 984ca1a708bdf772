/** So many titles are looked at before they are begun: enough to see how many threads pay. */
const AHEAD = 64;

/**
 * Which titles of a list wait, in the order in which they are to be begun. Few of a long list are looked at before they are due. One that is to be tried again comes
 * before the others once it is time.
 */
export class TitleQueue {
  readonly #length: number;
  readonly #order: readonly number[] | undefined;
  readonly #look: (index: number) => Promise<void>;
  #next = 0;
  #ready: number[] = [];
  readonly #later = new Map<number, Promise<void>>();

  /** @param look at a title, once, before it is taken; does not reject @param order of their indexes */
  constructor(length: number, look: (index: number) => Promise<void>, order?: readonly number[]) {
    this.#length = length;
    this.#order = order;
    this.#look = look;
  }

  /** Whoever waits for a title to come back: these settle when one has. */
  get returning(): readonly Promise<void>[] {
    return [...this.#later.values()];
  }

  /** Look at the titles that come next, where few are left of those that it has looked at. */
  async fill(): Promise<void> {
    if (this.#ready.length > AHEAD / 2 || this.#next >= this.#length) return;
    const end = Math.min(this.#length, this.#next + AHEAD - this.#ready.length);
    const indexes = Array.from({ length: end - this.#next }, (_, step) => {
      const place = this.#next + step;
      return this.#order?.[place] ?? place;
    });
    this.#next = end;
    await Promise.all(indexes.map((index) => this.#look(index)));
    this.#ready.push(...indexes);
  }

  /** Take the first title of those that may be begun now. */
  take(mayBegin: (index: number) => boolean): number | undefined {
    const place = this.#ready.findIndex(mayBegin);
    return place < 0 ? undefined : this.#ready.splice(place, 1)[0];
  }

  /** Put a title back. @param pause resolves when it is time */
  return(index: number, pause: Promise<void>): void {
    const back = pause.then(() => {
      if (this.#later.delete(index)) this.#ready.unshift(index);
    });
    this.#later.set(index, back);
  }

  /** No further title is begun, those that were put back neither: who did that ends their pauses, and has the last word on them. */
  stop(): void {
    this.#next = this.#length;
    this.#ready = [];
    this.#later.clear();
  }
}
