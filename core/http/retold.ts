import { PackagerError } from '../base/errors.ts';

/** What a client rejects with where no answer came, or only ones that are errors. */
export const isUnanswered = (cause: unknown): cause is PackagerError =>
  PackagerError.is(cause) && (cause.code === 'REQUEST_FAILED' || cause.code === 'SERVER_ERROR');

/**
 * The failure of a request in the words of whoever asked: it is as likely to be over a while later as the failure itself. Anything
 * else stays what it is.
 */
export function retold(cause: unknown, tell: (failure: PackagerError) => PackagerError): unknown {
  if (!isUnanswered(cause)) return cause;
  const error = tell(cause);
  error.transient = cause.transient;
  return error;
}
