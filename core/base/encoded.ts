/** Characters of Base64, as JSON (in JSON), URLs (in URLs) and XML write them, too: parts of patterns that ignore the case. */
export const PLUS = String.raw`\+|%(?:25)?2b|\\{1,4}u002b|&#(?:x2b|43);`;
export const SLASH = String.raw`/|\\{1,4}/|%(?:25)?2f|\\{1,4}u002f|&#(?:x2f|47);`;
const EQUALS = String.raw`=|%(?:25)?3d|\\{1,4}u003d|&#(?:x3d|61);`;
export const PADDING = `(?:(?:${EQUALS}){1,2}(?![\\w=]))?`;

const PLUSES = new RegExp(PLUS, 'gi');
const SLASHES = new RegExp(SLASH, 'gi');
const EQUAL_SIGNS = new RegExp(EQUALS, 'gi');

/** Base64 as it is without the escapes of JSON, URLs and XML. */
export const plain = (word: string): string =>
  word.replace(PLUSES, '+').replace(SLASHES, '/').replace(EQUAL_SIGNS, '=');

/** What is Base64 or a path, or a line of either. */
const RUNS = new RegExp(`(?:[\\w-]|${PLUS}|${SLASH}){4,}${PADDING}`, 'gi');

/** Of a line of Base64, so that the next one may be short. */
const LINE = 60;

/** A text that may hold paths without what is Base64 and no path: whole lines of it, a short one behind them, what ends a path. */
export function withoutEncoded(text: string, isFine: (word: string) => boolean = () => false): string {
  let end = Number.POSITIVE_INFINITY;
  return text.replace(RUNS, (run, at: number) => {
    const isNext = at > end && text.slice(end, at).trim() === '';
    end = Number.POSITIVE_INFINITY;
    const word = plain(run);
    const start = isNext && isNextLine(word) ? 0 : encodedFrom(word);
    if (start === -1 || isFine(word)) return run;
    if (word.length >= LINE) end = at + run.length;
    return `${word.slice(0, start)}[…]`;
  });
}

/** Base64 of 16 bytes without padding. */
const LEAST = 22;
/** Names of folders and files that look like chance are shorter. */
const LONG = 40;

/**
 * Of two characters of Base64 that follow each other two of three times one is of another kind; of names hardly one of three, but of
 * those of episodes (`S01E02`). What has padding is hardly anything else.
 */
const CHANGES = { padded: 0.15, alone: 0.42, inPath: 0.52 } as const;

/** Part of a path that no Base64 has: a word in one case, or what is hexadecimal. */
const NAME = /^(?:[a-z]{7,}|[A-Z]{7,}|[\da-f]{8,}|[\dA-F]{8,})$/;

/** Where a word that may be a path becomes Base64, which may have slashes itself: at its start, or behind a slash. −1: nowhere. */
function encodedFrom(word: string): number {
  const parts = word.split('/');
  const isPadded = word.endsWith('=');
  let found = keyAtEnd(word);
  let [length, changes, breaks, capitals, small, others] = [-1, 0, -1, 0, 0, 0];
  for (let n = parts.length - 1; n >= 0 && !NAME.test(parts[n]!); n--) {
    const part = parts[n]!;
    length += 1 + part.length;
    changes += changesOf(part);
    breaks += 1 + countOf(/[_-]/g, part);
    capitals += countOf(/[A-Z]/g, part);
    small += countOf(/[a-z]/g, part);
    others += countOf(/[\d+]/g, part);
    if (length < LEAST || capitals === 0 || small === 0) continue;
    const isShort = length < LONG && !isPadded;
    // Paths have many slashes, and names many dashes.
    if (!isPadded && breaks > 1 + length / 14) continue;
    if (isShort && others === 0) continue;
    const kind = isPadded ? 'padded' : isShort && (n > 0 || breaks > 1) ? 'inPath' : 'alone';
    const isFirst = found === -1 || word.length - length < found;
    if (isFirst && changes > CHANGES[kind] * (length - 1 - 2 * breaks)) found = word.length - length;
  }
  return found;
}

/** Where Base64 of 16 or 32 bytes begins, which has this padding. −1: there is none. */
const keyAtEnd = (word: string): number => word.search(/(?:[\w+/-]{22}=|[\w+/-]{43})=$/);

/** Whether a short word behind a line of Base64 goes on with it. */
const isNextLine = (word: string): boolean =>
  word.endsWith('=') || changesOf(word) > CHANGES.alone * (word.length - 1);

const countOf = (pattern: RegExp, text: string): number => text.match(pattern)?.length ?? 0;

/** How often a character is of another kind than the one before it: a small letter, a capital, a digit. */
const changesOf = (text: string): number =>
  countOf(/[a-z](?=[A-Z\d+])|[A-Z](?=[a-z\d+])|[\d+](?=[A-Za-z])/g, text);
