import type { TitleResult } from './display.ts';
import { isCancelled } from './errors.ts';

/** A list in figures. */
export interface Tally {
  readonly titles: number;
  readonly written: number;
  /** They were there already. */
  readonly exists: number;
  readonly failed: number;
  /** Somebody ended the command while they were at work. */
  readonly cancelled: number;
  /** Nobody has begun them. */
  readonly left: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** @param of titles of the list */
export function tallyOf(results: readonly TitleResult[], of: number): Tally {
  let [written, exists, failed, cancelled, bytesRead, bytesWritten] = [0, 0, 0, 0, 0, 0];
  for (const { outcome } of results) {
    if ('error' in outcome && isCancelled(outcome.error)) cancelled++;
    else if ('error' in outcome) failed++;
    else if ('exists' in outcome) exists++;
    else {
      written++;
      bytesRead += outcome.report.bytesRead;
      bytesWritten += outcome.report.modes.reduce((sum, { bytes }) => sum + bytes, 0);
    }
  }
  return {
    titles: of,
    written,
    exists,
    failed,
    cancelled,
    left: of - results.length,
    bytesRead,
    bytesWritten,
  };
}
