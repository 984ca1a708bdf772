import { error, unexpected } from './packager-error.ts';

/** What plugins leave undone, and how a run ends that does not come to its end. */
export const engineFailures = {
  notProtected: (mode: string, track: string) =>
    error(
      'NOT_PROTECTED',
      `No plugin encrypts ${track} in mode ${mode}, and the config does not list it under \`clear\`.`,
      'Add a plugin that taps `encrypt` for this mode.',
    ),
  leftClear: (mode: string, what: string, found: string) =>
    error(
      'LEFT_CLEAR',
      `Mode ${mode} would leave ${what} clear: ${found}.`,
      'Nothing was written. Mend the plugin that taps `encrypt` for this mode, leave the mode out, or list the kind of track under `clear`.',
    ),
  unfitAnswer: (mode: string, what: string, found: string) =>
    error(
      'NOT_PROTECTED',
      `Mode ${mode} would write ${what} so that nobody could decrypt it: ${found}.`,
      'Nothing was written. Mend the plugin that taps `encrypt` for this mode, or leave the mode out.',
    ),
  notSegmented: (mode: string, unit: string) =>
    error(
      'NOT_SEGMENTED',
      `No plugin writes ${unit} in mode ${mode}.`,
      'Add a plugin that taps `segment` for this mode.',
    ),

  /** @param what is another thing now: `it has other inputs` */
  planOutdated: (what: string) =>
    error(
      'PLAN_OUTDATED',
      `The title is not what its plan says: ${what}.`,
      'Plan it again, and look at what has changed.',
    ),

  /** @param state what is true of the outputs, as the end of a sentence */
  cancelled: (state = 'nothing was left behind') => error('CANCELLED', `Cancelled; ${state}.`),
  /** The process is ending while the command has not. */
  endedEarly: () =>
    error(
      'ENDED_EARLY',
      'The process was ended before its work was: the config, a plugin or something that they use called process.exit().',
      'Throw an error instead. Outputs that are visible are complete; the next run there removes the rest.',
    ),
  neverSettled: () =>
    error(
      'NEVER_SETTLED',
      'There is nothing left to wait for, but a promise of the config or of a plugin has not settled.',
      'Look for one that nothing resolves. Outputs that are visible are complete; the next run there removes the rest.',
    ),
  workerDied: (task: string, reason: string) =>
    error(
      'WORKER_DIED',
      `The worker that was ${task} died: ${reason}`,
      'Run again with `workers: 0` to keep everything in one process.',
    ),
  unexpected,
} as const;
