import type { Report, TitleOptions } from '../../core/index.ts';
import type { InputSamples } from '../helpers/verify/input-samples.ts';

/** The modes of the table, in its order. */
export const FAULT_MODES = ['dash-cenc', 'dash-segments', 'hls-aes-ts', 'hls-aes-fmp4', 'hls-ncg'] as const;
export type FaultMode = (typeof FAULT_MODES)[number];

/** What a title that once failed has become in one mode. */
export interface FaultOutput {
  readonly mode: FaultMode;
  readonly report: Report;
  /** The folder of its outputs. */
  readonly output: string;
  readonly inputs: readonly InputSamples[];
  /** The manifests, one behind the other. */
  readonly manifests: string;
}

/** A title that once failed, and what is right. */
export interface FaultRow {
  /** The folder of the faults directory. */
  readonly fault: string;
  /** Files in it, the renditions of one title. */
  readonly files: readonly string[];
  /** What once went wrong. */
  readonly was: string;
  /** Files of the same kind, where there is no such folder. */
  readonly made?: () => Promise<readonly string[]>;
  readonly options?: Partial<Pick<TitleOptions, 'segmentDuration' | 'choices'>>;
  /** The code of modes that must refuse it; all others must package it. */
  readonly refused?: Partial<Record<FaultMode, string>>;
  /** What a refusal has to say. */
  readonly says?: RegExp;
  /** Modes in which it is not tried, and why. */
  readonly omitted?: Partial<Record<FaultMode, string>>;
  /** It takes long: the command tries it, `npm test` does not. */
  readonly isLong?: true;
  /**
   * Assert what is right of an output, beside its samples.
   * @returns what was seen of it; `undefined` where the mode has nothing that could say it
   */
  check?(output: FaultOutput): string | undefined | Promise<string | undefined>;
}

/** Refused by all modes. */
export const byAll = (code: string): Record<FaultMode, string> =>
  Object.fromEntries(FAULT_MODES.map((mode) => [mode, code])) as Record<FaultMode, string>;

/** Codecs that MPEG-TS does not carry in HLS. */
export const NOT_IN_TS = { 'hls-aes-ts': 'UNSUPPORTED_CODEC', 'hls-ncg': 'UNSUPPORTED_CODEC' } as const;
