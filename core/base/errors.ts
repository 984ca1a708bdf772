/** Failures: their codes, the error that carries them, and a function for each. */
import { configFailures } from './errors/config.ts';
import { engineFailures } from './errors/engine.ts';
import { inputFailures } from './errors/input.ts';
import { keyFailures } from './errors/key.ts';
import { outputFailures } from './errors/output.ts';

export { CODES, type ErrorCode, EXIT } from './errors/codes.ts';
export { type ErrorDetails, isTooManyFiles, oneStop, PackagerError } from './errors/packager-error.ts';

/** One function per fault: the sentence says what happened, the hint says what to do. */
export const fail = {
  ...configFailures,
  ...inputFailures,
  ...outputFailures,
  ...keyFailures,
  ...engineFailures,
} as const;
