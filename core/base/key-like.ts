/** 32 hexadecimal digits or more, also with separators or as a UUID. */
const HEX =
  '\\{?(?<![\\da-f])[\\da-f]{8}(?:-[\\da-f]{4}){3}-[\\da-f]{12}(?![\\da-f])\\}?|[\\da-f]{32,}|(?:[\\da-f]{2}[ :,-]){15,}[\\da-f]{2}';

/** Characters of Base64, as JSON (in JSON), URLs (in URLs) and XML write them, too. */
const PLUS = String.raw`\+|%(?:25)?2b|\\{1,4}u002b|&#(?:x2b|43);`;
const SLASH = String.raw`/|\\{1,4}/|%(?:25)?2f|\\{1,4}u002f|&#(?:x2f|47);`;
const EQUALS = String.raw`=|%(?:25)?3d|\\{1,4}u003d|&#(?:x3d|61);`;
const PADDING = `(?:(?:${EQUALS}){1,2}(?![\\w=]))?`;

/** Words that Base64 of 16 bytes or more may be: with slashes, and without, which may be folders. */
const WORDS = new RegExp(`${HEX}|(?:[\\w-]|${PLUS}|${SLASH}){22,}${PADDING}`, 'gi');
const NAMES = new RegExp(`${HEX}|(?:[\\w-]|${PLUS}){22,}${PADDING}`, 'gi');
/** What is Base64 or a path, or a line of either. */
const RUNS = new RegExp(`(?:[\\w-]|${PLUS}|${SLASH}){4,}${PADDING}`, 'gi');

const PLUSES = new RegExp(PLUS, 'gi');
const SLASHES = new RegExp(SLASH, 'gi');
const EQUAL_SIGNS = new RegExp(EQUALS, 'gi');

export interface KeyLikeOptions {
  /** What looks like a key and is none, such as key ids that everybody may know. */
  readonly known?: readonly string[];
  /** The text may hold paths: a slash ends a word. @default false */
  readonly hasPaths?: boolean;
}

/** A text from outside without the words that look like a key of 16 bytes or more, in whatever spelling. */
export function withoutKeys(text: string, { known = [], hasPaths = false }: KeyLikeOptions = {}): string {
  const bare = (word: string) => word.replace(/[{}-]/g, '').toLowerCase();
  const fine = new Set(known.map(bare));
  const isFine = (word: string) => fine.has(bare(word));
  const pathless = hasPaths ? withoutEncoded(text, isFine) : text;
  return pathless.replace(hasPaths ? NAMES : WORDS, (word) =>
    isFine(plain(word)) || !looksLikeKey(plain(word)) ? word : '[…]',
  );
}

/** Base64 as it is without the escapes of JSON, URLs and XML. */
const plain = (word: string): string =>
  word.replace(PLUSES, '+').replace(SLASHES, '/').replace(EQUAL_SIGNS, '=');

/** Without what is Base64 and no path: whole lines of it, a short one behind them, and what stands at the end of a path. */
function withoutEncoded(text: string, isFine: (word: string) => boolean): string {
  let end = Number.POSITIVE_INFINITY;
  return text.replace(RUNS, (run, at: number) => {
    const isNext = at > end && text.slice(end, at).trim() === '';
    end = Number.POSITIVE_INFINITY;
    const word = plain(run);
    const start = isNext && isNextLine(word) ? 0 : encodedFrom(word);
    if (start === -1 || isFine(word)) return run;
    end = at + run.length;
    return `${word.slice(0, start)}[…]`;
  });
}

/** Base64 of 16 bytes without padding. */
const LEAST = 22;

/** Of two characters of Base64 that follow each other two of three times one is of another kind; of names hardly one of three. */
const CHANGES = 0.42;
/** Some names of folders and files have more (`S01E02`), of so many characters. */
const LONG = 40;
const CHANGES_IN_PATH = 0.52;
const CHANGES_OF_PADDED = 0.15;

/** Where a word that may be a path becomes Base64, which may have slashes itself: at its start, or behind a slash. −1: nowhere. */
function encodedFrom(word: string): number {
  const isPadded = word.endsWith('=');
  let found = -1;
  let changes = 0;
  let breaks = 0;
  for (let at = word.length - 1; at >= 0; at--) {
    if (isBreak(word, at)) breaks += 1;
    else if (at + 1 < word.length && !isBreak(word, at + 1) && kindOf(word, at) !== kindOf(word, at + 1))
      changes += 1;
    if (at > 0 && word[at - 1] !== '/') continue;
    const length = word.length - at;
    // Paths have many slashes, and names many dashes.
    if (length < LEAST || (!isPadded && breaks > 1 + length / 14)) continue;
    const isInPath = length < LONG && (at > 0 || breaks > 1);
    const least = isPadded ? CHANGES_OF_PADDED : isInPath ? CHANGES_IN_PATH : CHANGES;
    if (changes > least * (length - 1 - 2 * breaks)) found = at;
  }
  return found;
}

/** Whether a short word behind a line of Base64 goes on with it. */
const isNextLine = (word: string): boolean =>
  word.endsWith('=') || changesOf(word) > CHANGES * (word.length - 1);

const changesOf = (word: string): number =>
  Array.from(word, (_, at) => at).filter((at) => at > 0 && kindOf(word, at) !== kindOf(word, at - 1)).length;

const isBreak = (word: string, at: number): boolean => '/_-'.includes(word[at]!);

/** Small letters, capitals, all else. */
function kindOf(word: string, at: number): number {
  const code = word.charCodeAt(at);
  if (code >= 97 && code <= 122) return 0;
  return code >= 65 && code <= 90 ? 1 : 2;
}

/**
 * The path of a file that is not there: people put a key where a path belongs. What ends like the name of a file is shown
 * as it is, whatever it looks like.
 */
export function missingPath(path: string): string {
  if (/\.[\w-]{1,10}$/.test(path)) return path;
  // Base64 may have slashes, which look like folders.
  const names = withoutEncoded(path, () => false).split('/');
  const first = names.findIndex((name) => withoutKeys(name) !== name);
  return first === -1 ? names.join('/') : [...names.slice(0, first), '[…]'].join('/');
}

function looksLikeKey(word: string): boolean {
  if (/^[\da-f{} :,-]+$/i.test(word)) return /\d/.test(word) || word.length >= 32;
  if (/^(?:[\w+/-]{22}=|[\w+/-]{43})=$/.test(word)) return true; // of 16 and 32 bytes
  const digits = word.match(/\d/g)?.length ?? 0;
  if (digits >= word.length / 4) return true;
  // Words joined by dashes or slashes keep to one case, and names in camel case have few capitals.
  const capitals = word.match(/[A-Z]/g)?.length ?? 0;
  const small = word.match(/[a-z]/g)?.length ?? 0;
  return capitals > 0 && small > 0 && (digits > 0 || /[+=]/.test(word) || capitals > word.length / 4);
}
