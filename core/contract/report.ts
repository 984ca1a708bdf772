import type { ErrorDetails } from '../base/errors.ts';
import type { InputInfo } from '../title/presentation.ts';
import type { RenditionResult } from './rendition.ts';

/** What became of one mode. */
export interface ModeReport {
  readonly mode: string;
  /** Top-level names in the output folder that the mode wrote: one folder, or files. */
  readonly outputs: readonly string[];
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly bytes: number;
  /** Key id as a UUID: the first, where there are several. */
  readonly keyId: string;
  /** All of them, by label and crypto period; absent where there is one. */
  readonly keyIds?: readonly string[];
  readonly renditions: readonly RenditionResult[];
}

/** What became of a title; plain data without secrets. */
export interface Report {
  readonly contentId: string;
  readonly inputs: readonly InputInfo[];
  /** Absolute path of the output folder. */
  readonly output: string;
  /** ISO 8601, from the run's clock. */
  readonly date: string;
  /** Media time in seconds; 0 when no input was demuxed. */
  readonly duration: number;
  readonly elapsedSeconds: number;
  /** Bytes that the units read, of all modes together. */
  readonly bytesRead: number;
  readonly modes: readonly ModeReport[];
  readonly warnings: readonly string[];
  /** Set when the title failed; then `modes` is empty and nothing is in the output folder. */
  readonly error?: ErrorDetails;
}
