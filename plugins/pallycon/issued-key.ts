import { ContentKey, fail } from '../../core/index.ts';
import { fromBase64 } from '../../core/kit.ts';
import type { IssueReply } from './issue-documents.ts';

/**
 * The content key in a page's answer: Sealpack's own extension of the protocol (plugins/pallycon/GATEWAY.md).
 * @returns `undefined` when the answer has none
 * @throws PackagerError SERVER_ERROR for an incomplete key, KEY_SIZE for a wrong number of bytes, INVALID_KEY for what
 * is not Base64 or is no key id
 */
export function issuedKey({ key_id: id, key, iv }: IssueReply, server: string): ContentKey | undefined {
  if (id === undefined && key === undefined && iv === undefined) return undefined;
  if (id === undefined || key === undefined || iv === undefined) {
    throw fail.serverError(
      server,
      'sent an incomplete key.',
      'An answer with a key has `key_id`, `key` and `iv`, all three.',
    );
  }
  return new ContentKey({
    id: bytes('a key id', id, server),
    key: bytes('a content key', key, server),
    iv: bytes('an IV', iv, server),
  });
}

function bytes(what: string, text: string, server: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch {
    throw fail.invalidKey(`${server} gave ${what} that is not Base64.`);
  }
}
