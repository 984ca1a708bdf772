import { types } from 'node:util';
import { withoutKeys } from './key-like.ts';

/**
 * What anything thrown says, without what looks like a key. Only errors and texts have words: bytes would be written as
 * characters, which nobody could tell from others.
 */
export function thrownWords(cause: unknown): string {
  const isError = cause instanceof Error || types.isNativeError(cause);
  if (!isError && typeof cause !== 'string') return 'something was thrown that is no error.';
  return withoutKeys(isError ? cause.message : cause, { hasPaths: true });
}
