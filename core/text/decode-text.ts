import { view } from '../base/bytes.ts';
import { fail } from '../base/errors.ts';

/**
 * The text of a file in UTF-8, in UTF-16 where its first bytes say so (a byte order mark, or the zeros of plain letters), or in what
 * XML declares (XML 1.0, 4.3.3). Nothing else is guessed: half of all guesses at Latin-1 would show wrong letters for a whole film.
 */
export function decodeText(bytes: Uint8Array, name: string): string {
  const encoding = unicodeEncoding(bytes) ?? declaredEncoding(bytes) ?? 'utf-8';
  try {
    // The decoder takes the byte order mark away.
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    const place = encoding === 'utf-8' ? ` (line ${lineOfFault(bytes)})` : '';
    const named = encoding === 'utf-8' ? 'UTF-8' : `the ${encoding} that it says it is`;
    throw fail.badText(
      name,
      `it has bytes that are not ${named}${place}`,
      'Save it as UTF-8: iconv -f LATIN1 -t UTF-8, with the encoding that it has in place of LATIN1.',
    );
  }
}

function unicodeEncoding([first, second, third, fourth]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first !== 0 && second === 0 && third !== 0 && fourth === 0) return 'utf-16le';
  if (first === 0 && second !== 0 && third === 0 && fourth !== 0) return 'utf-16be';
  return undefined;
}

function declaredEncoding(bytes: Uint8Array): string | undefined {
  const start = view(bytes.subarray(0, 256)).toString('latin1');
  const [, encoding] = /^\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(start) ?? [];
  // A file that declares UTF-16 and has no zeros is not in it.
  return encoding === undefined || /^utf-?16/i.test(encoding) ? undefined : encoding.toLowerCase();
}

/** The line of the first bytes that are not UTF-8, from 1. */
function lineOfFault(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const feed = bytes.indexOf(0x0a, start);
    const end = feed < 0 ? bytes.length : feed + 1;
    try {
      // A line feed is never within a character of UTF-8.
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end;
  }
  return line;
}
