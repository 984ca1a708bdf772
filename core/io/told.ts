import { fail, PackagerError } from '../base/errors.ts';
import { thrownWords } from '../base/thrown.ts';
import { withoutUrlSecrets } from '../base/url-secrets.ts';
import { withoutSecretsOf } from './reference.ts';

/** Whose work is guarded. */
export interface Guarded {
  /** It may hold credentials. */
  readonly reference: string;
  readonly signal: AbortSignal;
  /** Of what was not foreseen. @param reason the end of a sentence */
  unforeseen(reason: string): PackagerError;
}

/** Do the work of a plugin's source or store; what it says on failure is told without what nobody may see of the reference. */
export async function guarded<T>(by: Guarded, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw by.signal.aborted ? fail.cancelled() : told(by, cause);
  }
}

/** What a plugin says of a reference's outputs or input, without what nobody may see of that. */
export const cleanWords = (reference: string, text: string): string =>
  withoutUrlSecrets(withoutSecretsOf(reference, text));

/** Without the cause: what it holds, nobody has looked through. */
function told({ reference, unforeseen }: Guarded, cause: unknown): PackagerError {
  const clean = (text: string) => cleanWords(reference, text);
  if (!PackagerError.is(cause)) {
    // Cleaned first: of a secret that is cut by what looks like a key, the rest would not be known.
    return unforeseen(thrownWords(cause instanceof Error ? clean(cause.message) : cause));
  }
  const { message, hint, ...details } = cause.toJSON();
  return new PackagerError({ ...details, message: clean(message), hint: hint && clean(hint) });
}
