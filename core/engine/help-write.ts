import type { MessagePort } from 'node:worker_threads';
import { keepForOthers, reusedMemory } from '../base/reused-memory.ts';
import { Run } from '../contract/run.ts';
import type { MadeSegment, SegmentOrders } from '../contract/segment-help.ts';
import type { SegmentJob } from '../contract/segment-job.ts';
import type { OutputTree } from '../io/output-tree.ts';
import { readSegment } from '../title/segment-reader.ts';
import { type GuardedTracks, guardedTracks } from './guarded-tracks.ts';
import type { HelpReply, HelpRequest } from './segment-help.ts';
import type { WrittenWork } from './unit-parts.ts';
import { type UnitContext, unitParts } from './unit-parts.ts';

/** A unit of which some segments are to be made for another thread. */
export interface HelpWork {
  readonly work: WrittenWork;
  /** Which share of the segments: those whose places leave this rest. */
  readonly share: number;
  /** By so many. */
  readonly of: number;
}

/**
 * Make a share of the segments of a unit that another thread writes, until that closes the port. Whatever is not plain here, a warning or an
 * error, ends the help and is kept to itself: the other one makes these segments too then, and finds out.
 */
export async function helpWrite(context: UnitContext, help: HelpWork, port: MessagePort): Promise<void> {
  const orders = new PortOrders(help, port);
  try {
    const run = new Run(context.run.state(), context.run.signal);
    run.on((event) => event.type === 'warning' && orders.end());
    const { mode } = help.work;
    const parts = await unitParts({ ...context, run }, help.work);
    const guarded = await guardedTracks(parts);
    orders.guarded = guarded;
    const job: SegmentJob = {
      ...parts.job,
      tracks: guarded.tracks,
      output: NOTHING_IS_WRITTEN,
      resourceProtector: undefined,
      orders,
      segments: (timed) => ({
        read: (index) => readSegment(timed, index, (bytes) => orders.allocate(bytes)),
      }),
      openInput: () => context.inputs.open(help.work.unit.input),
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
  guarded: GuardedTracks | undefined;
  readonly #port: MessagePort;
  readonly #of: number;
  #next: number;
  #room = 0;
  #isOver = false;
  #wake: () => void = () => {};
  /** Memory of segments, which goes with them. */
  readonly #own = new WeakSet<ArrayBufferLike>();

  constructor({ share, of }: HelpWork, port: MessagePort) {
    this.#port = port;
    this.#of = of;
    this.#next = share;
    port.on('message', ({ room, back }: HelpRequest) => {
      for (const buffer of back) keepForOthers(new Uint8Array(buffer));
      this.#room += room;
      this.#wake();
    });
    port.on('close', () => this.end());
  }

  allocate(bytes: number): Uint8Array {
    const memory = reusedMemory(bytes);
    this.#own.add(memory.buffer);
    return memory.subarray(0, bytes);
  }

  async next(): Promise<number | undefined> {
    while (this.#room === 0 && !this.#isOver)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    if (this.#isOver) return undefined;
    this.#room -= 1;
    const n = this.#next;
    this.#next += this.#of;
    return n;
  }

  give(n: number, made: MadeSegment): void {
    const { guards = [] } = this.guarded ?? {};
    // What it has seen the others have not.
    if (guards.some((guard) => guard?.isNeeded)) this.end();
    if (this.#isOver) return;
    // Headers may lie in memory that is used again here.
    const parts = made.parts.map((part) => (this.#own.has(part.buffer) ? part : new Uint8Array(part)));
    const tallies = guards.map((guard) => guard?.last);
    const reply: HelpReply = { n, made: { ...made, parts }, tallies };
    this.#port.postMessage(reply, [...new Set(parts.map(({ buffer }) => buffer as ArrayBuffer))]);
  }

  /** No more is made. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#port.postMessage({ over: true } satisfies HelpReply);
    this.#port.close();
    this.#wake();
  }
}
