import { hkdfSync, randomBytes } from 'node:crypto';
import { fail, oneStop } from '../base/errors.ts';
import { wordsLikeKeys } from '../base/key-like.ts';
import { wordsWithoutSecrets } from '../base/thrown.ts';
import { shownReference } from '../io/reference.ts';
import type { StoreOf } from '../io/stores.ts';
import type { InputInfo, Presentation } from '../title/presentation.ts';
import type { RunEvent, RunListener } from './events.ts';
import type { TitleOptions } from './title-options.ts';

/** A damaged file could have thousands: nobody reads them, and they would bury what matters. */
const MOST_WARNINGS = 50;

/** What a worker thread needs to continue a run. */
export interface RunState {
  readonly title: TitleOptions;
  readonly inputs: readonly InputInfo[];
  readonly contentId: string | undefined;
  readonly seed: Uint8Array;
  readonly time: number;
  /** What `once` has found out so far. */
  readonly findings: ReadonlyMap<string, unknown>;
}

/**
 * One title on its way: what a later stage needs, an earlier one put here. Nothing in it is global, so any number of
 * runs can live side by side.
 */
export class Run {
  /** The title's options, complete with defaults. */
  readonly title: TitleOptions;
  /** Complete once the engine has looked at the files; before that, sizes are 0. */
  inputs: readonly InputInfo[];
  /** Set after `demux`. */
  presentation: Presentation | undefined;
  /** Where its outputs go; set when it is opened. */
  store: StoreOf | undefined;
  readonly warnings: string[] = [];
  /**
   * Aborts when the run is cancelled. A plugin that waits for somebody listens to it, and ends what it has begun: a second later nobody
   * waits for its answer any more, whatever it asks. Where something is written (`segment`, `emitManifest`, what a store does after
   * `begin`) or closed, the run goes on when that has ended, and not before. In a worker thread it never aborts: the thread is ended.
   */
  readonly signal: AbortSignal;
  #contentId: string | undefined;
  #seed: Uint8Array | undefined;
  readonly #time: number;
  readonly #findings: Map<string, unknown>;
  readonly #listeners: RunListener[] = [];

  constructor(state: Pick<RunState, 'title' | 'inputs'> & Partial<RunState>, signal: AbortSignal) {
    const { reproducible } = state.title;
    this.title = state.title;
    this.inputs = state.inputs;
    this.#contentId = state.contentId;
    this.#seed = state.seed ?? (reproducible && Buffer.from(reproducible.seed, 'hex'));
    this.#time = state.time ?? (reproducible ? Date.parse(reproducible.time) : Date.now());
    this.#findings = new Map(state.findings);
    this.signal = signal;
  }

  /** The content id, once `resolve-cid` has named it. */
  get contentId(): string {
    if (this.#contentId === undefined) throw fail.noContentId();
    return this.#contentId;
  }

  set contentId(id: string) {
    this.#contentId = id;
  }

  get hasContentId(): boolean {
    return this.#contentId !== undefined;
  }

  /** The time of the run: one instant, so that all outputs agree and a reproducible run repeats. */
  get time(): Date {
    return new Date(this.#time);
  }

  /**
   * Unpredictable bytes for one purpose, e.g. `<mode>/video-1/iv`. The same purpose gives the same bytes for the
   * length of the run, in every thread (HKDF-SHA-256 over the run's seed), so results do not depend on the order of work.
   * The content id goes in as well: titles of one fixed seed and one key must not share IVs.
   */
  random(purpose: string, length: number): Uint8Array {
    return new Uint8Array(hkdfSync('sha256', this.#ownSeed(), this.#contentId ?? '', purpose, length));
  }

  /**
   * Note something that the user should know but that stops nothing. Every thread may say it; it is told once. What looks like a key is
   * taken out of it, unless it is in the name of an input, of the output or of the content; so are queries of URLs.
   */
  warn(message: string): void {
    // Most are said again as they were told, by every thread.
    if (this.warnings.length > MOST_WARNINGS || this.warnings.includes(message)) return;
    const words = oneStop(wordsWithoutSecrets(message, { known: this.#shownWords() }));
    if (this.warnings.includes(words)) return;
    const isLast = this.warnings.length === MOST_WARNINGS;
    const told = isLast ? 'There are more warnings, which are not told.' : words;
    this.warnings.push(told);
    this.emit({ type: 'warning', message: told });
  }

  /**
   * Find out something that takes long, once a run: what the main thread has found before units are written, worker threads
   * are given. For `demux`, which is asked in every thread: keep what reading through a file has shown.
   * @param key of the plugin's own, e.g. `<its name>/0` for the first input
   * @param find answers plain data (it is cloned; what lies in a `SharedArrayBuffer` is not copied), the same in every thread
   */
  async once<T>(key: string, find: () => Promise<T>): Promise<T> {
    if (this.#findings.has(key)) return this.#findings.get(key) as T;
    const found = await find();
    this.#findings.set(key, found);
    return found;
  }

  on(listener: RunListener): void {
    this.#listeners.push(listener);
  }

  emit(event: RunEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** @throws PackagerError when the user has cancelled. */
  throwIfCancelled(): void {
    if (this.signal.aborted) throw fail.cancelled();
  }

  /** What everybody sees of the title, and looks like a key. */
  #shownWords(): string[] {
    const { output, thumbnails = [] } = this.title;
    const images = thumbnails.flatMap(({ folder = '', files = [] }) => [folder, ...files]);
    const shown = [output, ...images].map(shownReference);
    return [...this.inputs.map(({ path }) => path), ...shown, this.#contentId ?? ''].flatMap(wordsLikeKeys);
  }

  /** Made when it is first asked for: a title that is only looked at needs none. */
  #ownSeed(): Uint8Array {
    this.#seed ??= randomBytes(32);
    return this.#seed;
  }

  /** For a worker thread of this process: the seed is secret. */
  state(): RunState {
    const { inputs } = this;
    // Functions do not cross threads; the labels that this one gave do, track by track.
    const keys = typeof this.title.keys === 'function' ? 'one' : this.title.keys;
    const title = { ...this.title, keys };
    return {
      ...{ title, inputs, contentId: this.#contentId },
      ...{ seed: this.#ownSeed(), time: this.#time, findings: this.#findings },
    };
  }
}
