/** What a benchmark is told. */
export interface Setting {
  /** Where it works; empty at first, removed at the end. */
  readonly folder: string;
  /** Size of each title. */
  readonly megabytes: number;
  /** How many times each program runs. */
  readonly rounds: number;
  /** More options for sealpack. */
  readonly options: readonly string[];
}
