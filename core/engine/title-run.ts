import { fail, PackagerError } from '../base/errors.ts';
import { type ModeDefinition, Packager, type Plugin } from '../contract/packager.ts';
import type { ModeReport, Report } from '../contract/report.ts';
import { Run, type RunState } from '../contract/run.ts';
import type { Verification } from '../inspect/findings/finding.ts';
import { shownReference } from '../io/reference.ts';
import type { StagedOutput } from '../io/store.ts';
import type { LabelPolicy } from '../keys/label-policy.ts';
import type { ModeKeys } from '../keys/mode-keys.ts';
import { periodRuns } from '../title/periods.ts';
import type { Presentation } from '../title/presentation.ts';
import type { PackageOptions } from './api.ts';
import { Inputs, unseenInputs } from './inputs.ts';
import type { Carried } from './plan.ts';
import { StageTimes } from './stage-times.ts';
import type { FoundImages } from './thumbnails/look-at-images.ts';
import type { PoolTitle, WorkerPool } from './worker-pool.ts';

/** What is known of a title once it is open. */
export interface TitleFacts {
  readonly modes: readonly ModeDefinition[];
  /** Which tracks share a key. */
  readonly policy: LabelPolicy;
  /** What each mode needs, by its name. */
  readonly keys: ReadonlyMap<string, ModeKeys>;
  readonly presentation: Presentation;
  /** What of it each mode gets, by the mode's name. */
  readonly carried: ReadonlyMap<string, Carried>;
}

/** The threads that write the units of a title, and its place among the titles that they serve. */
export interface TitleThreads {
  readonly pool: WorkerPool;
  readonly place: PoolTitle;
  /** They help the calling thread with the units that it writes. */
  readonly areHelpers?: boolean;
}

/** What one title holds on its way through the steps, and how it lets go of that: when it is published, or fails. */
export class TitleRun {
  readonly packager: Packager;
  readonly plugins: readonly Plugin[];
  readonly run: Run;
  readonly inputs: Inputs;
  readonly #started = performance.now();
  readonly #times = new StageTimes(this.#started);
  /** Where it writes; `undefined` for a title that is only looked at, which no report plugin hears of. */
  staging: StagedOutput | undefined;
  /** Absent: its units are written in this thread. */
  threads: TitleThreads | undefined;
  /** Threads may be started for it: nobody has said how many, and there was no shortage. */
  mayStartThreads = false;
  /** The images of its thumbnails, a set each. */
  thumbnails: readonly FoundImages[] = [];
  /** Its files were written, or are just being: that is done once, as their IVs are. */
  isWritten = false;
  /** What was found when the outputs were read again; absent: nobody has. */
  verification: Verification | undefined;
  /** What became visible. */
  published: readonly ModeReport[] = [];
  /** Plugins were told of it, and have nothing more to hear: what fails now is somebody's who listens. */
  isReported = false;
  /** Somebody else's threads, where there are some: its place is that of its start, however long it looks at its inputs. */
  readonly #shared: TitleThreads | undefined;
  /** The step that is being done. */
  #atWork: Promise<unknown> | undefined;
  #isOver = false;

  /** @param state of a run that another thread has begun */
  constructor(
    { title, plugins, pool, signal = new AbortController().signal, onEvent }: PackageOptions,
    state?: RunState,
  ) {
    this.packager = new Packager(plugins);
    this.plugins = plugins;
    this.run = new Run(state ?? { title, inputs: unseenInputs(title) }, signal);
    this.inputs = new Inputs(this.packager, this.run);
    this.run.on((event) => this.#times.note(event));
    if (onEvent) this.run.on(onEvent);
    this.#shared = pool && { pool, place: pool.enter() };
  }

  /**
   * Have its units written by the threads of a pool, or with their help. They begin to load its plugins.
   * @param data of its origin
   */
  useThreads(pool: WorkerPool, data: unknown, { areHelpers = false } = {}): void {
    const { place } = this.#shared ?? { place: pool.enter() };
    place.data = data;
    place.atMost = this.run.title.workers ?? place.atMost;
    this.threads = { pool, place, areHelpers };
    pool.load(place);
  }

  /** Nobody writes anything of it afterwards; its threads go on, to read what they wrote. */
  async endWriting(): Promise<void> {
    if (!this.threads) return;
    const { pool, place } = this.threads;
    await pool.leave(place);
    const { data, atMost } = place;
    const next = Object.assign(pool.enter(), { data, atMost });
    this.threads = { ...this.threads, place: next };
    pool.load(next);
  }

  /** Nobody does anything of it afterwards. Threads of its own end, others forget it. */
  async leaveThreads(): Promise<void> {
    const { pool, place } = this.threads ?? this.#shared ?? {};
    if (place) await pool?.leave(place);
    if (!this.#shared) await pool?.close();
  }

  /** What is to be told of it, as far as it has come. */
  report(error?: PackagerError): Report {
    const { run, published: modes } = this;
    const units = modes.flatMap(({ renditions }) => renditions);
    const periods = run.presentation ? periodRuns(run.presentation.grid) : [];
    return {
      contentId: run.hasContentId ? run.contentId : '',
      inputs: run.inputs.map(({ identity: _, ...input }) => input),
      output: shownReference(run.title.output),
      date: run.time.toISOString(),
      duration: run.presentation?.grid.duration ?? 0,
      elapsedSeconds: (performance.now() - this.#started) / 1000,
      stages: this.#times.all(),
      bytesRead: units.reduce((sum, { unit }) => sum + unit.bytes, 0),
      ...(periods.length > 1 && { periods }),
      modes,
      warnings: run.warnings,
      ...(this.verification && { verification: this.verification }),
      ...(error && { error: error.toJSON() }),
    };
  }

  /**
   * Let go of all that it holds: its files, its threads, the names that it has claimed. What was written and not published is
   * removed. A step that is being done fails with its next read, or comes to its end, and is waited for.
   * @throws PackagerError when something could not be removed
   */
  async close(): Promise<void> {
    await this.#letGo();
    await this.#atWork?.catch(() => {}); // told to whoever does the step
    await this.#discard();
  }

  /**
   * Do a step, one at a time; where that fails, nothing of the title is left.
   * @throws PackagerError with the first failure
   */
  async step<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isOver) throw new Error('This title is over: open it again.');
    if (this.#atWork) throw new Error('This title is at another step: wait for its end.');
    const done = this.#orEnd(work);
    this.#atWork = done;
    try {
      return await done;
    } finally {
      this.#atWork = undefined;
    }
  }

  async #orEnd<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw await this.#end(cause);
    }
  }

  /** Remove all that was written. @returns what to tell, which is another thing where something could not be removed */
  async #end(cause: unknown): Promise<unknown> {
    await this.leaveThreads(); // nobody may write any more when the folder goes
    const left = await this.#discard().then(
      () => undefined,
      (problem: Error) => problem.message,
    );
    await this.#letGo();
    if (left === undefined) return cause;
    const state = `what was written could not be removed: ${left}`;
    if (PackagerError.is(cause) && cause.code === 'CANCELLED') return fail.cancelled(state);
    this.run.warn(`The run has failed, and ${state}`);
    return cause;
  }

  async #discard(): Promise<void> {
    const { staging } = this;
    this.staging = undefined;
    await staging?.discard();
  }

  async #letGo(): Promise<void> {
    this.#isOver = true;
    await this.leaveThreads();
    await this.inputs.close();
  }
}
