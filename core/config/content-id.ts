import type { SchemaObject } from 'ajv';
import { fail } from '../base/errors.ts';
import { hasLostBytes } from '../base/lost-bytes.ts';
import { isXmlText } from '../base/xml/xml-rules.ts';

/** The longest content id, in bytes of UTF-8. */
export const MAX_CONTENT_ID = 200;

const RULE = `a content id: 1 to ${MAX_CONTENT_ID} bytes of UTF-8, no control characters, no U+FFFD`;

/** For the `schema` of plugins and presets with such an option. */
export const CONTENT_ID_SCHEMA: SchemaObject = { type: 'string', format: 'content-id', description: RULE };

/**
 * Whether a text can name content: 1 to 200 bytes of UTF-8 without control characters, and without U+FFFD. Ids that differ in bytes that were
 * not UTF-8 have become one text there, and would get one key.
 */
export const isContentId = (text: string): boolean =>
  text.length > 0 &&
  // Key servers and pages are told it in XML.
  isXmlText(text) &&
  !hasLostBytes(text) &&
  !/\p{Cc}/u.test(text) &&
  Buffer.byteLength(text) <= MAX_CONTENT_ID;

/**
 * For ids that come from plugins and servers; those of the config are checked with it.
 * @throws PackagerError INVALID_OPTION
 */
export function checkContentId(text: string): string {
  if (!isContentId(text)) throw fail.invalidOption(`The content id that a plugin gave is not ${RULE}.`);
  return text;
}
