import { toUuid } from '../base/bytes.ts';
import { derivedId } from '../keys/derived-id.ts';

/**
 * The key id to propose for a purpose: made from it, so that a server which keeps what is proposed has one key for a content and not
 * one for each run.
 */
export const derivedKeyId = (...purpose: readonly (string | number)[]): string =>
  toUuid(derivedId(JSON.stringify(purpose)));
