import { fail, PackagerError } from '../base/errors.ts';
import { thrownWords } from '../base/thrown.ts';
import { type AnswerOptions, answerOf } from '../base/unless-cancelled.ts';
import { withoutUrlSecrets } from '../base/url-secrets.ts';
import { withoutSecretsOf } from './reference.ts';

/** Whose work is guarded. */
export interface Guarded {
  /** It may hold credentials. */
  readonly reference: string;
  /** Absent: it goes on whoever has cancelled. */
  readonly signal?: AbortSignal;
  /** Of what was not foreseen. @param reason the end of a sentence */
  unforeseen(reason: string): PackagerError;
}

/** What ends with its run. */
export type CancelledGuarded = Guarded & Required<Pick<Guarded, 'signal'>>;

/** Do the work of a plugin's source or store; what it says on failure is told without what nobody may see of the reference. */
export async function guarded<T>(by: Guarded, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw failureOf(by, cause);
  }
}

/** The same where nothing is written: nobody waits for it any more a while after the run was cancelled. */
export const guardedAnswer = <T>(
  by: CancelledGuarded,
  work: () => Promise<T>,
  options: AnswerOptions<T> = {},
): Promise<T> => answerOf(by.signal, guarded(by, work), options);

/** The same of what it answers at once. */
export function guardedNow<T>(by: Guarded, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw failureOf(by, cause);
  }
}

/** What a plugin says of a reference's outputs or input, without what nobody may see of that. */
export const cleanWords = (reference: string, text: string): string =>
  withoutUrlSecrets(withoutSecretsOf(reference, text));

const failureOf = (by: Guarded, cause: unknown): PackagerError =>
  by.signal?.aborted ? fail.cancelled() : told(by, cause);

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
