import { Until } from '../base/until.ts';

/** How far one may be in front of another: what belongs together in a film lies within some of its megabytes. */
const MOST_BYTES = 4 * 2 ** 20;

/**
 * Keeps those together who read one input front to back at the same time: what one has asked for over a network, the others take
 * from memory. Nobody waits for himself, for who has not begun, or for who is over; so the last one always goes on.
 */
export class Pace {
  readonly #lanes = new Set<Lane>();
  readonly #until = new Until();

  /** For somebody who is going to read. */
  enter(): Lane {
    const change = (lane: Lane, isThere: boolean): void => {
      if (isThere) this.#lanes.add(lane);
      else this.#lanes.delete(lane);
      this.#until.tell();
    };
    const isNear = (lane: Lane) => ![...this.#lanes].some(({ at }) => at < lane.at - MOST_BYTES);
    return new Lane({ change, wait: (lane) => this.#until.isSo(() => isNear(lane)) });
  }

  /** One of them has failed: the others need not go on. */
  stop(): void {
    this.#until.stop();
  }
}

interface LaneHost {
  change(lane: Lane, isThere: boolean): void;
  wait(lane: Lane): Promise<void>;
}

/** One who reads. */
export class Lane {
  readonly #host: LaneHost;
  #at = 0;

  constructor(host: LaneHost) {
    this.#host = host;
  }

  /** The furthest that it has gone, or is waiting to go: a byte of the input. */
  get at(): number {
    return this.#at;
  }

  /**
   * Wait until the others are near enough. What lies behind may be read at once.
   * @throws PackagerError CANCELLED when one of them has failed
   */
  async reach(position: number): Promise<void> {
    this.#at = Math.max(this.#at, position);
    this.#host.change(this, true);
    if (position >= this.#at) await this.#host.wait(this);
  }

  /** It reads no more. */
  leave(): void {
    this.#host.change(this, false);
  }
}
