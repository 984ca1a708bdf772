import { createHash } from 'node:crypto';
import { canonical } from '../../core/cli/executable.ts';
import type { TitleRow } from '../../core/index.ts';

/** The name under which BullMQ keeps each title. */
export const JOB_NAME = 'title';

/**
 * A title as a job: plain data that Redis or PostgreSQL hold in the clear, and who may read them reads it. No key, no password, no
 * signed reference is ever in it.
 */
export interface JobData {
  /** Raised when workers of an earlier version could not do it. */
  readonly version: 1;
  /** How lists call it: the content id, or the first input's name. */
  readonly name: string;
  /** The title, with absolute paths and references. */
  readonly row: TitleRow;
  /** What the submitter's config says beyond the row, by field: a hash, for workers to compare theirs. */
  readonly beyond: Readonly<Record<string, string>>;
  /** Somebody wants it ended: the worker that has it looks. */
  readonly cancelled?: true;
}

/** How far a title is. */
export interface JobProgress {
  readonly stage: string;
  /** Input bytes of all units. */
  readonly done: number;
  readonly total: number;
  /** Rounded down. */
  readonly percent: number;
  readonly warnings: readonly string[];
}

/** The stage of a title that was put back, since another run has its output. */
export const AWAITS_OUTPUT = 'waiting for its output';

/** What became of a title. */
export interface JobResult {
  /** `already-published`: another run, or another worker, had written it. */
  readonly outcome: 'published' | 'already-published';
  /** The output location, without what may be secret of it. */
  readonly output: string;
  /** Absolute paths or references of what its modes wrote; of `published`, names in the output location. */
  readonly outputs: readonly string[];
  readonly contentId?: string;
  readonly bytesRead?: number;
  readonly bytesWritten?: number;
  readonly seconds?: number;
  readonly modes?: readonly ModeResult[];
  readonly warnings?: readonly string[];
}

export interface ModeResult {
  readonly mode: string;
  readonly bytes: number;
  readonly files: number;
  /** UUIDs. */
  readonly keyIds: readonly string[];
}

/** Options that say how a title is written, and not what is. */
const HOW: ReadonlySet<string> = new Set(['overwrite', 'verify', 'workers']);

/** What a row says of how its title is written. */
export const howOf = (row: TitleRow): TitleRow =>
  Object.fromEntries(Object.entries(row).filter(([name, value]) => HOW.has(name) && value !== undefined));

/**
 * The id of a job: of the same content id, options and inputs the same one, on every machine.
 * @param identities of the inputs, as their sources tell them
 */
export function jobId(
  { row, beyond }: Pick<JobData, 'row' | 'beyond'>,
  identities: readonly string[],
): string {
  const what = Object.entries(row).filter(([name]) => !HOW.has(name));
  const text = canonical({ row: Object.fromEntries(what), beyond, identities });
  // BullMQ takes a number for one of its own ids.
  return `t${createHash('sha256').update(text).digest('hex').slice(0, 20)}`;
}
