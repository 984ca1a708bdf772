import type { MessagePort } from 'node:worker_threads';
import type { MadeSegment, SegmentHelp } from '../contract/segment-help.ts';
import { sampleCount } from '../media/timed-track.ts';
import type { SegmentTally } from './guard-samples.ts';
import type { GuardedTracks } from './guarded-tracks.ts';
import type { WrittenWork } from './unit-parts.ts';

/** Threads that have nothing else to do. */
export interface Helpers {
  /** Have each of them make segments of a unit. @returns whom to talk to, one for each */
  begin(work: WrittenWork): readonly MessagePort[];
}

/** To a helper. */
export interface HelpRequest {
  /** Places of segments that it is to make, ascending. */
  readonly make: readonly number[];
  /** Memory that it has given and that is its own again. */
  readonly back: readonly ArrayBuffer[];
}

/** From a helper. */
export type HelpReply =
  /** It can begin. */
  | { readonly ready: true }
  | {
      readonly n: number;
      readonly made: MadeSegment;
      /** Of each track; `undefined`: nobody saw it protected. */
      readonly tallies: readonly (SegmentTally | undefined)[];
    }
  /** It makes no more. */
  | { readonly over: true };

type Made = Extract<HelpReply, { n: number }>;

/** Segments of each helper that wait to be written, the one that it makes among them. */
const ROOM = 2;

/** Bytes of a unit from which on two write it sooner, though one of them has to open it first. */
const WORTH_HELP = 100e6;
/** Bytes of a segment that helpers make: each has some in memory. */
export const LARGEST_SEGMENT = 32e6;

/** Whether a unit is written sooner with help. */
export const isWorthHelp = ({ unit, grid }: WrittenWork): boolean =>
  unit.bytes >= WORTH_HELP && unit.bytes / grid.count <= LARGEST_SEGMENT / 2;

/**
 * Ask others to make some of the segments of a unit.
 * @returns `undefined` where there are none, or where one protector has to see all samples of a track
 */
export function askForHelp(
  helpers: Helpers | undefined,
  work: WrittenWork,
  guarded: GuardedTracks,
): PortHelp | undefined {
  if (!helpers) return undefined;
  if (!guarded.guards.every((guard) => !guard || guard.share())) return undefined;
  return new PortHelp(helpers.begin(work), guarded);
}

/** One who helps. */
interface Helper {
  readonly port: MessagePort;
  /** Its segments are those whose places leave this rest, by all who make some. */
  readonly share: number;
  /** Places that it was asked for and that are not written. */
  readonly asked: Set<number>;
  isReady: boolean;
}

/**
 * Segments that other threads make: of `k` helpers each has one in `k + 1`, and so has who writes. They are asked for as they keep up: what
 * nobody was asked for when its turn comes, because a helper is not ready or slow, the one who writes makes himself.
 */
class PortHelp implements SegmentHelp {
  readonly #helpers: readonly Helper[];
  readonly #guarded: GuardedTracks;
  readonly #made = new Map<number, Made>();
  readonly #waiting = new Map<number, (made: MadeSegment | undefined) => void>();
  /** The first place whose turn has not come. */
  #position = 0;

  constructor(ports: readonly MessagePort[], guarded: GuardedTracks) {
    this.#guarded = guarded;
    this.#helpers = ports.map((port, index) => ({
      port,
      share: index + 1,
      asked: new Set(),
      isReady: false,
    }));
    for (const helper of this.#helpers) {
      helper.port.on('message', (reply: HelpReply) => this.#hear(helper, reply));
      helper.port.on('close', () => this.#leave(helper));
    }
  }

  isForOthers(n: number): boolean {
    this.#position = Math.max(this.#position, n + 1);
    return !this.#isNeeded && this.#helperOf(n) !== undefined;
  }

  made(n: number): Promise<MadeSegment | undefined> {
    const made = this.#made.get(n)?.made;
    if (made || !this.#helperOf(n)) return Promise.resolve(made);
    return new Promise((resolve) => this.#waiting.set(n, resolve));
  }

  take(n: number, { index }: MadeSegment): boolean {
    const { tallies = [] } = this.#made.get(n) ?? {};
    if (this.#isNeeded) {
      this.close(); // from here on all of it is made here
      return false;
    }
    const { tracks, guards } = this.#guarded;
    const segments = tracks.map((timed) => ({ index, count: sampleCount(timed, index) }));
    // Whatever was not seen to be protected is made here, and judged.
    if (!guards.every((guard, place) => !guard || guard.accepts(segments[place]!, tallies[place])))
      return false;
    for (const [place, guard] of guards.entries()) guard?.take(segments[place]!, tallies[place]!);
    return true;
  }

  written(n: number, { parts }: MadeSegment): void {
    const helper = this.#helperOf(n);
    this.#made.delete(n);
    helper?.asked.delete(n);
    if (helper) this.#ask(helper, [...new Set(parts.map(({ buffer }) => buffer as ArrayBuffer))]);
  }

  /** Nobody makes any more of it. */
  close(): void {
    for (const helper of this.#helpers) {
      helper.port.close();
      this.#leave(helper);
      helper.asked.clear();
    }
    this.#made.clear();
  }

  /** Something came by here that later segments depend on. */
  get #isNeeded(): boolean {
    return this.#guarded.guards.some((guard) => guard?.isNeeded);
  }

  #helperOf(n: number): Helper | undefined {
    return this.#helpers.find(({ asked }) => asked.has(n));
  }

  #hear(helper: Helper, reply: HelpReply): void {
    if ('over' in reply) {
      this.#leave(helper);
    } else if ('ready' in reply) {
      helper.isReady = true;
      this.#ask(helper, []);
    } else if (helper.asked.has(reply.n)) {
      this.#made.set(reply.n, reply);
      this.#waiting.get(reply.n)?.(reply.made);
      this.#waiting.delete(reply.n);
    }
  }

  /** What it has made already stays its own; all else is made here. */
  #leave(helper: Helper): void {
    helper.isReady = false;
    for (const n of helper.asked) {
      if (this.#made.has(n)) continue;
      helper.asked.delete(n);
      this.#waiting.get(n)?.(undefined);
      this.#waiting.delete(n);
    }
  }

  /** Ask for as many of its segments as there is room for, from those on whose turn has not come. */
  #ask({ port, share, asked, isReady }: Helper, back: readonly ArrayBuffer[]): void {
    const makers = this.#helpers.length + 1;
    const make: number[] = [];
    let next = this.#position;
    for (const n of asked) next = Math.max(next, n + 1);
    while (isReady && asked.size < ROOM) {
      while (next % makers !== share) next += 1;
      asked.add(next);
      make.push(next);
      next += 1;
    }
    if (make.length === 0 && back.length === 0) return;
    port.postMessage({ make, back } satisfies HelpRequest, [...back]);
  }
}
