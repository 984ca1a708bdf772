import { PackagerError } from '../../../core/index.ts';

/** What to do about a failure, where the usual hint speaks of the command `sealpack` or of its config. */
const HINTS: Readonly<Record<string, string>> = {
  OUTPUT_EXISTS: 'Choose another output folder, or pass -f to replace it.',
  NO_KEY: 'The gateway handed over no key: set PALLYCON_KMS_TOKEN to ask the key server.',
};

/** The same failure with advice for users of this command. */
export function inOurWords(error: unknown): unknown {
  if (!PackagerError.is(error)) return error;
  const hint = HINTS[error.code];
  return hint === undefined ? error : new PackagerError({ ...error.toJSON(), hint }, { cause: error.cause });
}
