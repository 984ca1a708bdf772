import { access, constants, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fail } from '../base/errors.ts';
import { fileError } from '../io/disk.ts';
import { replaceOutput } from '../io/local-store.ts';
import { openRegularFile } from '../io/regular-file.ts';
import type { TitleResult } from './display.ts';
import { errorDetails, isCancelled } from './errors.ts';
import type { Shell } from './shell.ts';
import { tallyOf } from './tally.ts';

/** Raised when the JSON changes in a way that breaks who reads it. */
const VERSION = 1;

/** How such a file begins, of whatever version. */
const BEGINNING = /^\{\s*"version": \d+,\s*"titles": \d/;

/**
 * An earlier report is replaced; a manifest, a config or a film that was named by mistake is not. Whether a report can be written is
 * asked before anything is packaged: it is written when hours of work are over.
 * @throws PackagerError OUTPUT_EXISTS for what is there and is no report; OUTPUT_NOT_WRITABLE
 */
export async function requireReportPlace(file: string, { cwd }: Pick<Shell, 'cwd'>): Promise<void> {
  const path = resolve(cwd, file);
  await requireWritable(dirname(path)).catch((cause: unknown) => {
    throw fileError(path, cause);
  });
  const found = await stat(path).catch(() => undefined);
  if (!found || (found.isFile() && (found.size === 0 || BEGINNING.test(await beginningOf(path))))) return;
  throw fail.outputExists(path, 'It is no report of an earlier run: give --report another name.');
}

/** That files can be made in a folder, or in the next one above that is there: those between are made. */
async function requireWritable(folder: string): Promise<void> {
  try {
    await access(`${folder}/.`, constants.W_OK | constants.X_OK);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    await requireWritable(dirname(folder));
  }
}

/** Nothing of what cannot be read. */
async function beginningOf(path: string): Promise<string> {
  const opened = await openRegularFile(path).catch(() => undefined);
  if (!opened) return '';
  try {
    const { buffer, bytesRead } = await opened.read(Buffer.alloc(64), 0, 64, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await opened.close();
  }
}

/**
 * Write what became of all titles of a command as one JSON file, whole or not at all.
 * @param of titles of the command; those that were not begun are none of `results`
 * @throws PackagerError, as `fileError` answers, when it cannot be written
 */
export async function writeListReport(
  file: string,
  of: number,
  results: readonly TitleResult[],
  { cwd }: Pick<Shell, 'cwd'>,
): Promise<void> {
  const report = { version: VERSION, ...tallyOf(results, of), list: results.map(titleEntry) };
  await replaceOutput(resolve(cwd, file), `${JSON.stringify(report, undefined, 2)}\n`);
}

function titleEntry({ heading: { number, contentId, inputs }, outcome }: TitleResult): object {
  const named = { title: number, contentId, inputs };
  if ('error' in outcome) {
    const status = isCancelled(outcome.error) ? 'cancelled' : 'failed';
    return { ...named, status, error: errorDetails(outcome.error) };
  }
  if ('exists' in outcome) return { ...named, status: 'exists', outputs: outcome.exists };
  const { contentId: written, output, duration, elapsedSeconds, bytesRead, modes, warnings } = outcome.report;
  return {
    ...named,
    contentId: written,
    status: 'written',
    output,
    duration,
    elapsedSeconds,
    bytesRead,
    modes: modes.map(({ mode, bytes, files }) => ({ mode, bytes, files: files.length })),
    warnings: warnings.length,
  };
}
