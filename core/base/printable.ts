/**
 * What no text in a manifest has: control characters and line separators, which end a line of a playlist for one reader
 * and not for another; halves of characters; a byte order mark (RFC 8216, 4.1) and what is no character (XML 1.0, 2.2).
 */
const UNPRINTABLE = '\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Noncharacter_Code_Point}\\uFEFF';

const ANY_UNPRINTABLE = new RegExp(`[${UNPRINTABLE}]`, 'u');
const NOT_IN_WORD = new RegExp(`[\\s"${UNPRINTABLE}]`, 'u');

/** Whether a text can stand in a manifest. */
export const isPrintable = (text: string): boolean => !ANY_UNPRINTABLE.test(text);

/** The same, for a URI: without white space and quotes, too. */
export const isOneWord = (text: string): boolean => text !== '' && !NOT_IN_WORD.test(text);

/** Whether a text can be a quoted-string of a playlist (RFC 8216, 4.2), which has no escapes. */
export const isQuotable = (text: string): boolean => isPrintable(text) && !text.includes('"');

/** For the `schema` of options that stand in manifests as text: not empty. */
export const PRINTABLE_PATTERN = `^[^${UNPRINTABLE}]+$`;

/** The same for names of one line, which may stand in a quoted-string: not empty, without white space at the ends. */
export const ONE_LINE_PATTERN = `^(?!\\s)[^"${UNPRINTABLE}]+(?<!\\s)$`;

/** A name that a file gives as one line that can stand in a quoted-string (`ONE_LINE_PATTERN`); empty where nothing is left of it. */
export const oneLine = (text: string, most: number): string => {
  const line = text
    .replace(new RegExp(`[\\s${UNPRINTABLE}]+`, 'gu'), ' ')
    .replaceAll('"', "'")
    .trim();
  const characters = [...line];
  return characters.length <= most
    ? line
    : `${characters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`;
};
