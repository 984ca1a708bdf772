import type { MessagePort } from 'node:worker_threads';
import type { TrackProtection } from '../contract/rendition.ts';
import type { MadeSegment, SegmentHelp } from '../contract/segment-help.ts';
import type { GuardedTracks } from './guarded-tracks.ts';
import type { WrittenWork } from './unit-parts.ts';

/** Threads that have nothing else to do. */
export interface Helpers {
  /** Have each of them make segments of a unit. @returns whom to talk to, one for each */
  begin(work: WrittenWork): readonly MessagePort[];
}

/** To a helper: there is room for so many more segments, and memory that it has given is its own again. */
export interface HelpRequest {
  readonly room: number;
  readonly back: readonly ArrayBuffer[];
}

/** From a helper. */
export type HelpReply =
  | {
      readonly n: number;
      readonly made: MadeSegment;
      /** Of each track. */
      readonly tallies: readonly (TrackProtection | undefined)[];
    }
  /** It makes no more. */
  | { readonly over: true };

/** Segments of each helper that wait to be written, the one that it makes among them. */
const ROOM = 2;

/** Bytes of a unit from which on two write it sooner, though one of them has to open it first. */
const WORTH_HELP = 100e6;
/** Of a segment: each helper has some in memory. */
const LARGEST_SEGMENT = 16e6;

/** Whether a unit is written sooner with help. */
export const isWorthHelp = ({ unit, grid }: WrittenWork): boolean =>
  unit.bytes >= WORTH_HELP && unit.bytes / grid.count <= LARGEST_SEGMENT;

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
  if (!guarded.guards.every((guard) => !guard || guard.protector.pass)) return undefined;
  return new PortHelp(helpers.begin(work), guarded);
}

/** Segments that other threads make: of `k` helpers each has one in `k + 1`, and so has who writes. */
class PortHelp implements SegmentHelp {
  readonly #ports: readonly MessagePort[];
  readonly #guarded: GuardedTracks;
  readonly #made = new Map<number, Extract<HelpReply, { n: number }>>();
  readonly #waiting = new Map<number, (made: MadeSegment | undefined) => void>();
  readonly #over = new Set<MessagePort>();

  constructor(ports: readonly MessagePort[], guarded: GuardedTracks) {
    this.#ports = ports;
    this.#guarded = guarded;
    for (const port of ports) {
      port.on('message', (reply: HelpReply) => this.#hear(port, reply));
      port.on('close', () => this.#leave(port));
      this.#post(port, { room: ROOM, back: [] });
    }
  }

  isForOthers(n: number): boolean {
    const port = this.#portOf(n);
    return port !== undefined && !this.#isNeeded && (this.#made.has(n) || !this.#over.has(port));
  }

  made(n: number): Promise<MadeSegment | undefined> {
    const made = this.#made.get(n)?.made;
    if (made || this.#over.has(this.#portOf(n)!)) return Promise.resolve(made);
    return new Promise((resolve) => this.#waiting.set(n, resolve));
  }

  take(n: number, { index }: MadeSegment): boolean {
    const { tallies } = this.#made.get(n)!;
    if (this.#isNeeded) return false;
    const { tracks, guards } = this.#guarded;
    for (const [place, { track, timing }] of tracks.entries()) {
      const { segmentStarts } = timing;
      const count = (segmentStarts[index + 1] ?? track.samples.count) - segmentStarts[index]!;
      const tally = tallies[place];
      if (tally) guards[place]?.take({ index, count }, tally);
    }
    return true;
  }

  written(n: number, { parts }: MadeSegment): void {
    this.#made.delete(n);
    const back = [...new Set(parts.map(({ buffer }) => buffer as ArrayBuffer))];
    this.#post(this.#portOf(n)!, { room: 1, back });
  }

  /** Nobody makes any more of it. */
  close(): void {
    for (const port of this.#ports) port.close();
  }

  /** Something came by here that later segments depend on. */
  get #isNeeded(): boolean {
    return this.#guarded.guards.some((guard) => guard?.isNeeded);
  }

  #portOf(n: number): MessagePort | undefined {
    const share = n % (this.#ports.length + 1);
    return this.#ports[share - 1];
  }

  #hear(port: MessagePort, reply: HelpReply): void {
    if ('over' in reply) {
      this.#leave(port);
      return;
    }
    const { n, made } = reply;
    this.#made.set(n, reply);
    this.#waiting.get(n)?.(made);
    this.#waiting.delete(n);
  }

  #leave(port: MessagePort): void {
    this.#over.add(port);
    for (const [n, resolve] of this.#waiting) {
      if (this.#portOf(n) !== port) continue;
      resolve(undefined);
      this.#waiting.delete(n);
    }
  }

  #post(port: MessagePort, request: HelpRequest): void {
    port.postMessage(request, [...request.back]);
  }
}
