import { basename } from 'node:path';
import { fail } from '../base/errors.ts';
import type { PackageOptions } from '../engine/api.ts';
import { type Finished, finishedTitle } from '../engine/finished.ts';
import type { packageTitle } from '../engine/package-title.ts';
import type { Display, Outcome, TitleResult } from './display.ts';

export interface TitlesOptions {
  readonly titles: readonly PackageOptions[];
  readonly packageTitle: typeof packageTitle;
  readonly display: Display;
  readonly signal: AbortSignal;
  /** Prints an error, once nothing else is drawing. */
  onError(error: unknown): void;
}

/**
 * Package one title after the other; a failed one does not stop those behind it, a cancelled one does. Of a list, titles
 * that are there already are passed over: a run that is repeated after a failure ends well when the rest does.
 */
export async function runTitles(options: TitlesOptions): Promise<readonly TitleResult[]> {
  const { titles, packageTitle, display, signal, onError } = options;
  const results: TitleResult[] = [];
  for (const [index, title] of titles.entries()) {
    const inputs = title.title.inputs.map((path) => basename(path));
    const heading = { number: index + 1, of: titles.length, inputs };
    const there = titles.length > 1 ? await finishedTitle(title) : undefined;
    if (there?.isCurrent) {
      const outcome = { exists: there.outputs };
      display.skip?.(heading, outcome);
      results.push({ heading, outcome });
      continue;
    }
    const shown = display.open(heading);
    const onEvent = shown.event.bind(shown);
    const work = there ? Promise.reject(outdated(there)) : packageTitle({ ...title, signal, onEvent });
    const outcome = await work.then(
      (report): Outcome => ({ report }),
      (error: unknown): Outcome => ({ error }),
    );
    await shown.close(outcome);
    results.push({ heading, outcome });
    if (!('error' in outcome)) continue;
    onError(outcome.error);
    if (signal.aborted) break;
  }
  display.end(results);
  return results;
}

const outdated = ({ outputs: [path = ''] }: Finished) =>
  fail.outputExists(
    path,
    'An input has changed, or come here, since it was written: pass --overwrite to package the title again.',
  );
