import { basename } from 'node:path';
import type { PackageOptions } from '../engine/api.ts';
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

/** Package one title after the other; a failed one does not stop those behind it, a cancelled one does. */
export async function runTitles(options: TitlesOptions): Promise<readonly TitleResult[]> {
  const { titles, packageTitle, display, signal, onError } = options;
  const results: TitleResult[] = [];
  for (const [index, title] of titles.entries()) {
    const inputs = title.title.inputs.map((path) => basename(path));
    const heading = { number: index + 1, of: titles.length, inputs };
    const shown = display.open(heading);
    const onEvent = shown.event.bind(shown);
    const outcome = await packageTitle({ ...title, signal, onEvent }).then(
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
