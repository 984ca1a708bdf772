import type { PlaceOfBytes } from '../model/places.ts';
import type { SyntaxFault } from './attribute-list.ts';

/**
 * EXT-X-BYTERANGE and the BYTERANGE of EXT-X-MAP: `length[@offset]` (RFC 8216bis, 4.4.4.2).
 * @param start where it begins that says no offset; `undefined`: it has to say one
 */
export function readByteRange(
  text: string,
  start: number | undefined,
  fault: SyntaxFault,
): Pick<PlaceOfBytes, 'offset' | 'length'> | undefined {
  const [, length, offset] = /^(\d{1,15})(?:@(\d{1,15}))?$/.exec(text) ?? [];
  if (length === undefined) {
    fault('BYTERANGE_SYNTAX', 'is no byte range: it is written length@offset');
    return undefined;
  }
  if (offset === undefined && start === undefined) {
    fault('BYTERANGE_OFFSET_MISSING', 'has no offset, and no range of the same file stands before it');
  }
  return { offset: offset === undefined ? (start ?? 0) : Number(offset), length: Number(length) };
}
