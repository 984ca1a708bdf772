import { fail, PackagerError } from '../base/errors.ts';
import type { PackageOptions } from '../engine/api.ts';
import type { Finished } from '../engine/finished.ts';
import { ListPool } from '../engine/list-pool.ts';
import type { packageTitle } from '../engine/package-title.ts';
import { titleThere } from '../engine/title-there.ts';
import { nameOfReference } from '../io/reference.ts';
import { type Display, type Outcome, type TitleResult, titleName } from './display.ts';

export interface TitlesOptions {
  readonly titles: readonly PackageOptions[];
  readonly packageTitle: typeof packageTitle;
  readonly display: Display;
  readonly signal: AbortSignal;
  /** So many titles at a time, at most. @default one for each thread */
  readonly atOnce?: number | undefined;
  /** Pass over titles whose receipts say that they are packaged. @default false */
  readonly resume?: boolean;
  /** Prints an error, once nothing else is drawing. @param title of a list: which one failed */
  onError(error: unknown, title?: string): void;
}

/**
 * Package titles, as many at a time as they have threads in common; those that need none in this thread, one after the other.
 * A failed title does not stop the others, a cancelled one does. Of a list, titles that are there already are passed over: a
 * run that is repeated after a failure ends well when the rest does.
 * @returns what became of each that was begun, in the order of the list
 */
export async function runTitles(options: TitlesOptions): Promise<readonly TitleResult[]> {
  const { titles, display, signal, onError } = options;
  const pool = await ListPool.of(titles);
  const atOnce = pool.threads === 0 ? 1 : Math.min(titles.length, options.atOnce ?? pool.threads);
  const results: TitleResult[] = [];
  /** All that were at work have been cancelled by one and the same: each sentence once. */
  const cancelled = new Map<string, PackagerError>();
  const waiting = [...titles.keys()];
  const running = new Map<number, Promise<void>>();
  const isHereBusy = () => [...running.keys()].some((index) => !pool.serves(index));

  const run = async (index: number): Promise<void> => {
    const result = await runTitle(index, atOnce, pool, options);
    results.push(result);
    if (!('error' in result.outcome)) return;
    const { error } = result.outcome;
    if (signal.aborted) waiting.length = 0;
    if (PackagerError.is(error) && error.code === 'CANCELLED') cancelled.set(error.message, error);
    else onError(error, titles.length > 1 ? titleName(result.heading) : undefined);
  };

  try {
    while (waiting.length > 0 || running.size > 0) {
      const next =
        running.size < atOnce ? waiting.find((index) => pool.serves(index) || !isHereBusy()) : undefined;
      if (next === undefined) {
        await Promise.race(running.values());
        continue;
      }
      waiting.splice(waiting.indexOf(next), 1);
      running.set(
        next,
        run(next).finally(() => running.delete(next)),
      );
    }
  } finally {
    await pool.close();
  }
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

async function runTitle(
  index: number,
  atOnce: number,
  pool: ListPool,
  { titles, packageTitle, display, signal, resume = false }: TitlesOptions,
): Promise<TitleResult> {
  const title = titles[index]!;
  const inputs = title.title.inputs.map(nameOfReference);
  const heading = { number: index + 1, of: titles.length, atOnce, inputs };
  const look = { byReceipt: resume, byTime: titles.length > 1 };
  const there = await titleThere({ ...title, signal }, look).catch((error: unknown) => ({ error }));
  if (there && 'isCurrent' in there && there.isCurrent) {
    const outcome = { exists: there.outputs, ...(there.hasReceipt && { hasReceipt: there.hasReceipt }) };
    await display.skip?.(heading, outcome);
    return { heading, outcome };
  }
  const shown = display.open(heading);
  const onEvent = shown.event.bind(shown);
  const work = there
    ? Promise.reject('error' in there ? there.error : outdated(there))
    : packageTitle({ ...pool.ready(index), signal, onEvent });
  const outcome = await work.then(
    (report): Outcome => ({ report }),
    (error: unknown): Outcome => ({ error }),
  );
  await shown.close(outcome);
  return { heading, outcome };
}

const outdated = ({ outputs: [path = ''], differs }: Finished) =>
  fail.outputExists(
    path,
    differs === undefined
      ? 'An input has changed, or come here, since it was written: pass --overwrite to package the title again.'
      : `Its receipt does not match (${differs.replace(/\.$/, '')}): pass --overwrite to package the title again.`,
  );
