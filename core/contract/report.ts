import type { ErrorDetails } from '../base/errors.ts';
import type { Verification } from '../inspect/findings/finding.ts';
import type { KeyPlace } from '../keys/content-key-set.ts';
import type { PeriodRun } from '../title/periods.ts';
import type { InputInfo } from '../title/presentation.ts';
import type { RenditionResult } from './rendition.ts';
import type { StageName } from './stages.ts';

/** What a key is for, by its id. */
export interface KeyUse extends KeyPlace {
  /** As a UUID. */
  readonly keyId: string;
}

/** When a stage was at work. Stages overlap: `segment` runs within `encrypt`. */
export interface StageTiming {
  readonly stage: StageName;
  /** Seconds from the start of the title. */
  readonly start: number;
  readonly seconds: number;
  /** The title failed in it. */
  readonly isBroken?: true;
}

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
  /** What each of them is for; absent where there is one. */
  readonly keys?: readonly KeyUse[];
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
  /** How long each stage took, in the order of their starts. Absent: nobody has measured. */
  readonly stages?: readonly StageTiming[];
  /** Bytes that the units read, of all modes together. */
  readonly bytesRead: number;
  /** Which segments are in which crypto period, or clear. Absent: all are in one. */
  readonly periods?: readonly PeriodRun[];
  readonly modes: readonly ModeReport[];
  readonly warnings: readonly string[];
  /** What was found when the outputs were read again. Absent: nobody has verified them. */
  readonly verification?: Verification;
  /**
   * Set when the title failed; then `modes` is empty and nothing of it is in the output folder. But where a `report` itself has failed,
   * the outputs are in place and `modes` says which they are.
   */
  readonly error?: ErrorDetails;
}
