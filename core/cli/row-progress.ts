import { basename } from 'node:path';
import { printableName, truncate } from './format.ts';
import type { Screen } from './shell.ts';

/** Milliseconds between two lines: what is over sooner is not told of. */
const INTERVAL = 1000;
/** Where lines cannot be drawn over, one in so many is written. */
const RARELY = 10;

/** Tells on standard error how far a manifest is read and checked, where that takes longer than a second. */
export class RowProgress {
  readonly #screen: Screen | undefined;
  readonly #name: string;
  readonly #timer: NodeJS.Timeout | undefined;
  #done = 0;
  #of = 0;
  #lines = 0;

  /** @param screen none: nothing is told */
  constructor(screen: Screen | undefined, file: string) {
    this.#screen = screen;
    this.#name = printableName(basename(file));
    this.#timer = screen && setInterval(() => this.tell(), INTERVAL);
    this.#timer?.unref();
  }

  at(done: number, of: number): void {
    this.#done = done;
    this.#of = of;
  }

  /** At every beat of its clock. */
  tell(): void {
    if (!this.#screen) return;
    const figure = (count: number) => count.toLocaleString('en');
    const line = `checking ${this.#name}: ${figure(this.#done)} of ${figure(this.#of)} titles`;
    const { isTTY, columns = 80 } = this.#screen;
    if (isTTY) this.#screen.write(`\r\u001B[K${truncate(line, columns - 1)}`);
    else if (this.#lines % RARELY === 0) this.#screen.write(`${line}\n`);
    this.#lines += 1;
  }

  end(): void {
    clearInterval(this.#timer);
    if (this.#screen?.isTTY && this.#lines > 0) this.#screen.write('\r\u001B[K');
  }
}
