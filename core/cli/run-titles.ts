import { fail, type PackagerError } from '../base/errors.ts';
import type { PackageOptions } from '../engine/api.ts';
import type { Finished } from '../engine/finished.ts';
import { ListPool } from '../engine/list-pool.ts';
import type { packageTitle } from '../engine/package-title.ts';
import { titleThere } from '../engine/title-there.ts';
import {
  type AlreadyThere,
  type Display,
  type Failed,
  type Outcome,
  type TitleHeading,
  type TitleResult,
  titleName,
} from './display.ts';
import { isCancelled } from './errors.ts';
import { pauseFor, type Retries, secondsToRetry } from './retry.ts';
import { TitleQueue } from './title-queue.ts';
import { isBatch, namesOf, type Titles } from './titles.ts';

export interface TitlesOptions {
  readonly titles: Titles;
  readonly packageTitle: typeof packageTitle;
  readonly display: Display;
  readonly signal: AbortSignal;
  /** So many titles at a time, at most. @default one for each thread */
  readonly atOnce?: number | undefined;
  /** Pass over titles whose receipts say that they are packaged. @default false */
  readonly resume?: boolean;
  /** Begin no further title once one has failed. @default false */
  readonly failFast?: boolean | undefined;
  /** @default none */
  readonly retries?: Retries | undefined;
  /** Prints an error, once nothing else is drawing. @param title of a list: which one failed */
  onError(error: unknown, title?: string): void;
}

/** Small titles of a batch in this thread: while one waits for its keys or its disk, another goes on. */
const HERE_AT_ONCE = 2;

/**
 * Package titles, as many at a time as they have threads in common; those that need none in this thread, one after the other.
 * A failed title does not stop the others, a cancelled one does; one whose failure may be over by itself is tried again while the
 * others go on. Of a list, titles that are there already are passed over: a run that is repeated after a failure ends well when
 * the rest does. Of titles that wait and of those that are over little is held: a list may have thousands.
 * @returns what became of each that was begun, in the order of the list
 */
export async function runTitles(options: TitlesOptions): Promise<readonly TitleResult[]> {
  const { titles, display, signal, onError, failFast = false, retries = { most: 0 } } = options;
  const { length } = titles;
  const pool = new ListPool();
  // One title alone needs no threads of others: it starts its own.
  const look = async (index: number) => {
    const { title } = length > 1 ? titleAt(titles, index) : {};
    if (title) await pool.look(index, title);
  };
  const queue = new TitleQueue(length, look, titles.order);
  const results: TitleResult[] = [];
  /** All that were at work have been cancelled by one and the same: each sentence once. */
  const cancelled = new Map<string, PackagerError>();
  const tries = new Map<number, number>();
  /** Titles that are to be tried again, with what they failed at: the last word on them if nobody does. */
  const postponed = new Map<number, { readonly heading: TitleHeading; readonly outcome: Failed }>();
  const halt = new AbortController();
  const running = new Map<number, Promise<void>>();
  const hereAtOnce = isBatch({ of: length }) ? (options.atOnce ?? HERE_AT_ONCE) : 1;
  const atOnce = () =>
    Math.min(
      length,
      pool.threads === 0 ? hereAtOnce : (options.atOnce ?? Math.max(pool.threads, hereAtOnce)),
    );
  const mayBegin = (index: number) =>
    pool.serves(index) || [...running.keys()].filter((other) => !pool.serves(other)).length < hereAtOnce;
  let shownAtOnce = 1;

  /** No further title is begun, and nobody waits for one to be tried again. */
  const stop = (): void => {
    queue.stop();
    halt.abort();
  };

  const run = async (index: number): Promise<void> => {
    postponed.delete(index);
    const { title, error: fault } = titleAt(titles, index);
    const tried = (tries.get(index) ?? 0) + 1;
    tries.set(index, tried);
    const named = title ? namesOf(title.title) : (titles.nameOf?.(index) ?? { inputs: [] });
    const heading = { number: index + 1, of: length, atOnce: shownAtOnce, ...named };
    const isOver = () => signal.aborted || halt.signal.aborted;
    const again = (error: unknown) => (isOver() ? undefined : secondsToRetry(error, tried, retries));
    const ready = () => pool.ready(index, title!);
    const outcome = title
      ? await runTitle(heading, { title, ready, again }, options)
      : await failedTitle(heading, fault, display);
    if ('error' in outcome && outcome.again !== undefined) {
      postponed.set(index, { heading, outcome });
      const pause = pauseFor(outcome.again, AbortSignal.any([signal, halt.signal]), retries);
      if (!isOver()) queue.return(index, pause);
      return;
    }
    tries.delete(index);
    pool.forget(index);
    settle({ heading, outcome: kept(outcome) });
    if ('error' in outcome && (signal.aborted || failFast)) stop();
  };

  const settle = (result: TitleResult): void => {
    results.push(result);
    const { heading, outcome } = result;
    if (!('error' in outcome)) return;
    const { error } = outcome;
    if (isCancelled(error)) cancelled.set(error.message, error);
    else onError(error, length > 1 ? titleName(heading) : undefined);
  };

  try {
    await queue.fill();
    shownAtOnce = isBatch({ of: length }) ? Math.max(2, atOnce()) : atOnce();
    for (;;) {
      // Whoever has ended the command waits for no server.
      if (signal.aborted && postponed.size > 0) stop();
      await queue.fill();
      const next = running.size < atOnce() ? queue.take(mayBegin) : undefined;
      if (next !== undefined) {
        running.set(
          next,
          run(next).finally(() => running.delete(next)),
        );
        continue;
      }
      const others = [...running.values(), ...queue.returning];
      if (others.length === 0) break;
      await Promise.race(others);
    }
    for (const { heading, outcome } of postponed.values())
      settle({ heading, outcome: await failedTitle(heading, outcome.error, display) });
  } finally {
    halt.abort();
    await pool.close();
  }
  if (signal.aborted && postponed.size > 0 && cancelled.size === 0) cancelled.set('', fail.cancelled());
  for (const error of cancelled.values()) onError(withWhatStays(error, results));
  results.sort((one, other) => one.heading.number - other.heading.number);
  display.end(results);
  return results;
}

/** A title knows of itself alone: nothing of it was left behind, but titles before it stay. */
function withWhatStays(error: PackagerError, results: readonly TitleResult[]): PackagerError {
  const written = results.filter(({ outcome }) => 'report' in outcome).length;
  if (written === 0 || error.message !== fail.cancelled().message) return error;
  const titles = written === 1 ? 'the title that was' : `the ${written} titles that were`;
  return fail.cancelled(
    `${titles} written before stay${written === 1 ? 's' : ''}, nothing else was left behind`,
  );
}

/** A title, or why it cannot be made: what its plugins are made of may have gone since it was checked. */
function titleAt(titles: Titles, index: number): { title?: PackageOptions | undefined; error?: unknown } {
  try {
    return { title: titles.at(index) };
  } catch (error) {
    return { error };
  }
}

/** A title that nobody tries, or tries again. */
async function failedTitle(heading: TitleHeading, error: unknown, display: Display): Promise<Failed> {
  await display.open(heading).close({ error });
  return { error };
}

interface Attempt {
  readonly title: PackageOptions;
  /** The title, with threads if they are for it. */
  ready(): PackageOptions;
  /** Seconds until it is tried again, if it is. */
  again(error: unknown): number | undefined;
}

async function runTitle(
  heading: TitleHeading,
  { title, ready, again }: Attempt,
  { packageTitle, display, signal, resume = false }: TitlesOptions,
): Promise<Outcome | AlreadyThere> {
  const look = { byReceipt: resume, byTime: heading.of > 1 };
  const { there, fault } = await lookFor({ ...title, signal }, look);
  if (there?.isCurrent) {
    const outcome = { exists: there.outputs, ...(there.hasReceipt && { hasReceipt: there.hasReceipt }) };
    await display.skip?.(heading, outcome);
    return outcome;
  }
  const shown = display.open(heading);
  const onEvent = shown.event.bind(shown);
  const problem = there ? outdated(there) : fault;
  const work = problem ? Promise.reject(problem) : packageTitle({ ...ready(), signal, onEvent });
  const outcome = await work.then(
    (report): Outcome => ({ report }),
    (error: unknown): Outcome => ({ error, again: again(error) }),
  );
  await shown.close(outcome);
  return outcome;
}

/** Whether it is there already. A store that does not answer is a failure of this title and of no other. */
const lookFor = (
  title: PackageOptions,
  look: Parameters<typeof titleThere>[1],
): Promise<{ there?: Finished | undefined; fault?: unknown }> =>
  titleThere(title, look).then(
    (there) => ({ there }),
    (fault: unknown) => ({ fault }),
  );

/** Without the lists of files and segments of a report, which are long. */
function kept(outcome: Outcome | AlreadyThere): TitleResult['outcome'] {
  if (!('report' in outcome)) return outcome;
  const { contentId, output, duration, elapsedSeconds, bytesRead, modes, warnings } = outcome.report;
  const brief = modes.map(({ mode, bytes, files }) => ({ mode, bytes, files: { length: files.length } }));
  return {
    report: {
      contentId,
      output,
      duration,
      elapsedSeconds,
      bytesRead,
      modes: brief,
      warnings: { length: warnings.length },
    },
  };
}

const outdated = ({ outputs: [path = ''], differs }: Finished) =>
  fail.outputExists(
    path,
    differs === undefined
      ? 'An input has changed, or come here, since it was written: pass --overwrite to package the title again.'
      : `Its receipt does not match (${differs.replace(/\.$/, '')}): pass --overwrite to package the title again.`,
  );
