/** Why a worker lets go of a title before its end. */
export type LetGo = 'lost' | 'cancelled' | 'handed-back';

/** A title that this worker has, for as long as its lock is renewed. */
export interface Lease {
  readonly id: string;
  readonly signal: AbortSignal;
  /** Absent: it has not been let go. */
  readonly why: LetGo | undefined;
  /** Aborted when nobody waits any more for work on it that was aborted. */
  readonly abandoned: AbortSignal;
}

class Held implements Lease {
  readonly id: string;
  readonly #controller = new AbortController();
  readonly #abandoned = new AbortController();
  why: LetGo | undefined;
  renewed: number;

  constructor(id: string, now: number) {
    this.id = id;
    this.renewed = now;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get abandoned(): AbortSignal {
    return this.#abandoned.signal;
  }

  letGo(why: LetGo): void {
    this.why ??= why;
    this.#controller.abort();
  }

  abandon(): void {
    this.#abandoned.abort();
  }
}

/**
 * The titles that a worker has. One whose lock was not renewed in its time belongs to another worker by now: work on it is aborted,
 * whether the queue says so or cannot be reached.
 */
export class Leases {
  readonly #held = new Set<Held>();
  readonly #lock: number;
  readonly #now: () => number;
  #hasAbandoned = false;

  /** @param lock milliseconds that a lock lives. @param now milliseconds of a steady clock */
  constructor(lock: number, now: () => number) {
    this.#lock = lock;
    this.#now = now;
  }

  get size(): number {
    return this.#held.size;
  }

  get ids(): string[] {
    return [...this.#held].map(({ id }) => id);
  }

  /** One of the same job that still unwinds was lost, and what is said of the job is said of the new one. */
  take(id: string): Lease {
    this.letGo([id], 'lost');
    const held = new Held(id, this.#now());
    this.#held.add(held);
    return held;
  }

  end(lease: Lease): void {
    this.#held.delete(lease as Held);
  }

  renewed(ids: readonly string[]): void {
    for (const held of this.#of(ids)) held.renewed = this.#now();
  }

  letGo(ids: readonly string[], why: LetGo): void {
    for (const held of this.#of(ids)) held.letGo(why);
  }

  letAllGo(why: LetGo): void {
    for (const held of this.#held) held.letGo(why);
  }

  /** Let go of all, and wait for none of them: what a server has that hangs may not end for minutes. */
  abandonAll(): void {
    this.letAllGo('handed-back');
    for (const held of this.#held) held.abandon();
    this.#hasAbandoned ||= this.size > 0;
  }

  /** Whether work that was aborted may still be under way, though its lease has ended. */
  get hasAbandoned(): boolean {
    return this.#hasAbandoned;
  }

  /** Let go of what nobody has renewed. */
  check(): void {
    for (const held of this.#held) if (this.#now() - held.renewed > this.#lock) held.letGo('lost');
  }

  #of(ids: readonly string[]): Held[] {
    return [...this.#held].filter(({ id, why }) => why === undefined && ids.includes(id));
  }
}
