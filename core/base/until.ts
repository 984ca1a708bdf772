import { fail } from './errors.ts';

/** Where some wait until something is so, which others bring about and tell of. */
export class Until {
  /** Of who waits. */
  #wake: readonly (() => void)[] = [];
  #isStopped = false;

  /** Something has changed: whoever waits looks again. */
  tell(): void {
    const woken = this.#wake;
    this.#wake = [];
    for (const wake of woken) wake();
  }

  /** Nobody need wait any more, or go on. */
  stop(): void {
    this.#isStopped = true;
    this.tell();
  }

  /** @throws PackagerError CANCELLED once it is stopped */
  async isSo(look: () => boolean): Promise<void> {
    while (!this.#isStopped && !look())
      await new Promise<void>((resolve) => {
        this.#wake = [...this.#wake, resolve];
      });
    if (this.#isStopped) throw fail.cancelled();
  }
}
