import { count, printableName, truncate } from './format.ts';
import type { Screen } from './shell.ts';

/** Milliseconds between two lines: what is over sooner is not told of. */
const INTERVAL = 1000;
/** Where lines cannot be drawn over, one in so many is written. */
const RARELY = 10;

/** Tells on standard error how far verification is, where that takes longer than a second. */
export class VerifyProgress {
  readonly #screen: Screen;
  readonly #name: string;
  readonly #timer: NodeJS.Timeout;
  #done = 0;
  #lines = 0;

  constructor(screen: Screen, name: string) {
    this.#screen = screen;
    this.#name = printableName(name);
    this.#timer = setInterval(() => this.#tell(), INTERVAL);
    this.#timer.unref();
  }

  /** A track was read. */
  step(): void {
    this.#done += 1;
  }

  end(): void {
    clearInterval(this.#timer);
    if (this.#screen.isTTY && this.#lines > 0) this.#screen.write('\r\u001B[K');
  }

  #tell(): void {
    const line = `verifying ${this.#name}: ${count(this.#done, 'track')} read`;
    const { isTTY, columns = 80 } = this.#screen;
    if (isTTY) this.#screen.write(`\r\u001B[K${truncate(line, columns - 1)}`);
    else if (this.#lines % RARELY === 0) this.#screen.write(`${line}\n`);
    this.#lines += 1;
  }
}
