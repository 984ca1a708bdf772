import { truncate } from './format.ts';
import type { Screen } from './shell.ts';

/** Milliseconds between two lines: what is over sooner is not told of. */
const INTERVAL = 1000;
/** Where lines cannot be drawn over, one in so many is written. */
const RARELY = 10;

/** Tells on standard error how many of many titles something is done with, where that takes longer than a second. */
export class CountProgress {
  readonly #screen: Screen | undefined;
  readonly #doing: string;
  readonly #timer: NodeJS.Timeout | undefined;
  #done = 0;
  #of = 0;
  #lines = 0;

  /** @param screen none: nothing is told @param doing `checking titles.csv` */
  constructor(screen: Screen | undefined, doing: string) {
    this.#screen = screen;
    this.#doing = doing;
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
    // How many there are is not known before they are read.
    const figures = this.#of > 0 ? `: ${figure(this.#done)} of ${figure(this.#of)} titles` : '';
    const line = `${this.#doing}${figures}`;
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
