import { types } from 'node:util';
import { type KeyLikeOptions, withoutKeys } from './key-like.ts';
import { withoutUrlSecrets } from './url-secrets.ts';

/** A sentence or a stack of somebody else's making, which may hold paths: without queries and credentials of URLs, and what looks like a key. */
export const wordsWithoutSecrets = (text: string, known: Pick<KeyLikeOptions, 'known'> = {}): string =>
  withoutKeys(withoutUrlSecrets(text), { ...known, hasPaths: true });

/**
 * What anything thrown says, without what looks like a key. Only errors and texts have words: bytes would be written as
 * characters, which nobody could tell from others.
 */
export function thrownWords(cause: unknown): string {
  if (!isError(cause) && typeof cause !== 'string') return 'something was thrown that is no error.';
  return wordsWithoutSecrets(isError(cause) ? cause.message : cause);
}

/** Causes have causes; somebody may have made a ring of them. */
const MOST_CAUSES = 10;

/** What was thrown, for debugging: its words, its stack and its causes, as `thrownWords`; consoles print whatever else an error holds. */
export function thrownCause(cause: unknown, most = MOST_CAUSES): Error | undefined {
  if (!isError(cause) || most === 0) return undefined;
  const next = thrownCause(cause.cause, most - 1);
  const shown = new Error(thrownWords(cause), next && { cause: next });
  shown.stack = wordsWithoutSecrets(cause.stack ?? String(cause));
  return shown;
}

const isError = (cause: unknown): cause is Error => cause instanceof Error || types.isNativeError(cause);
