import type { MessagePort } from 'node:worker_threads';
import { keepForOthers, reusedMemory } from '../base/reused-memory.ts';
import { Run } from '../contract/run.ts';
import type { MadeSegment, SegmentOrders } from '../contract/segment-help.ts';
import type { SegmentJob } from '../contract/segment-job.ts';
import type { OutputTree } from '../io/output-tree.ts';
import { readSegment } from '../title/read-segment.ts';
import { type GuardedTracks, guardedTracks } from './guarded-tracks.ts';
import { type HelpReply, type HelpRequest, LARGEST_SEGMENT } from './segment-help.ts';
import { type UnitContext, unitParts, type WrittenWork } from './unit-parts.ts';

/**
 * Make a share of the segments of a unit that another thread writes, until that closes the port. Whatever is not plain here, a warning or an
 * error, ends the help and is kept to itself: the other one makes these segments too then, and finds out.
 */
export async function helpWrite(context: UnitContext, work: WrittenWork, port: MessagePort): Promise<void> {
  const orders = new PortOrders(port);
  try {
    const run = new Run(context.run.state(), context.run.signal);
    run.on((event) => event.type === 'warning' && orders.end());
    const { mode } = work;
    const parts = await unitParts({ ...context, run }, work);
    const guarded = await guardedTracks(parts);
    if (!guarded.guards.every((guard) => !guard || guard.share())) return;
    orders.begin(guarded);
    const job: SegmentJob = {
      ...parts.job,
      tracks: guarded.tracks,
      output: NOTHING_IS_WRITTEN,
      resourceProtector: undefined,
      orders,
      segments: (timed) => ({
        read: (index) => readSegment(timed, index, (bytes) => orders.allocate(bytes)),
      }),
      openInput: () => context.inputs.open(work.unit.input),
      progress() {},
    };
    await context.packager.hooks.segment.for(mode).promise(job, run);
  } catch {
    // told to nobody: see above
  } finally {
    orders.end();
  }
}

const refuse = () => Promise.reject(new Error('who helps writes nothing'));
const NOTHING_IS_WRITTEN: OutputTree = { create: refuse, write: refuse };

/** What the thread that writes asks for. */
class PortOrders implements SegmentOrders {
  readonly #port: MessagePort;
  #guarded: GuardedTracks | undefined;
  /** Places that were asked for. */
  readonly #asked: number[] = [];
  #isOver = false;
  #wake: () => void = () => {};
  /** Memory of segments, which goes with them. */
  readonly #own = new WeakSet<ArrayBufferLike>();

  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', ({ make, back }: HelpRequest) => {
      for (const buffer of back) keepForOthers(new Uint8Array(buffer));
      for (const n of make) this.#asked.push(n);
      this.#wake();
    });
    port.on('close', () => this.end());
  }

  /** Say that it can begin. */
  begin(guarded: GuardedTracks): void {
    this.#guarded = guarded;
    this.#post({ ready: true });
  }

  /** @throws when it is over, or a segment is larger than who writes waits for */
  allocate(bytes: number): Uint8Array {
    if (this.#isOver || bytes > LARGEST_SEGMENT) throw new Error('nobody waits for this segment');
    const memory = reusedMemory(bytes);
    this.#own.add(memory.buffer);
    return memory.subarray(0, bytes);
  }

  async next(): Promise<number | undefined> {
    while (this.#asked.length === 0 && !this.#isOver)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    return this.#isOver ? undefined : this.#asked.shift();
  }

  give(n: number, made: MadeSegment): void {
    const { guards = [] } = this.#guarded ?? {};
    // What it has seen the others have not.
    if (guards.some((guard) => guard?.isNeeded)) this.end();
    if (this.#isOver) return;
    // Headers may lie in memory that is used again here.
    const parts = made.parts.map((part) => (this.#own.has(part.buffer) ? part : new Uint8Array(part)));
    const tallies = guards.map((guard) => guard?.last);
    const moved = [...new Set(parts.map(({ buffer }) => buffer as ArrayBuffer))];
    this.#post({ n, made: { ...made, parts }, tallies }, moved);
  }

  /** No more is made. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#post({ over: true });
    this.#port.close();
    this.#wake();
  }

  #post(reply: HelpReply, moved: readonly ArrayBuffer[] = []): void {
    this.#port.postMessage(reply, [...moved]);
  }
}
