/** 32 hexadecimal digits or more, also with separators or as a UUID. */
const HEX =
  '\\{?(?<![\\da-f])[\\da-f]{8}(?:-[\\da-f]{4}){3}-[\\da-f]{12}(?![\\da-f])\\}?|[\\da-f]{32,}|(?:[\\da-f]{2}[ :,-]){15,}[\\da-f]{2}';

/** Characters of Base64, as JSON and URLs write them, too. */
const PLUS = String.raw`\+|%2b|\\u002b`;
const SLASH = String.raw`/|\\/|%2f|\\u002f`;
const PADDING = String.raw`(?:(?:=|%3d|\\u003d){1,2}(?![\w=]))?`;

/** Words that Base64 of 16 bytes or more may be: with slashes, and without, which may be folders. */
const WORDS = new RegExp(`${HEX}|(?:[\\w-]|${PLUS}|${SLASH}){22,}${PADDING}`, 'gi');
const NAMES = new RegExp(`${HEX}|(?:[\\w-]|${PLUS}){22,}${PADDING}`, 'gi');
/** What is Base64 or a path, or a line of either. */
const RUNS = new RegExp(`(?:[\\w-]|${PLUS}|${SLASH}){4,}${PADDING}`, 'gi');

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
  const pathless = hasPaths ? withoutEncoded(text) : text;
  return pathless.replace(hasPaths ? NAMES : WORDS, (word) =>
    fine.has(bare(plain(word))) || !looksLikeKey(plain(word)) ? word : '[…]',
  );
}

/** Base64 as it is without the escapes of JSON and URLs. */
const plain = (word: string): string =>
  word
    .replace(/%2b|\\u002b/gi, '+')
    .replace(/\\\/|%2f|\\u002f/gi, '/')
    .replace(/%3d|\\u003d/gi, '=');

/** Without what is Base64 and no path: whole lines of it, and a short one behind them. */
function withoutEncoded(text: string): string {
  let end = Number.POSITIVE_INFINITY;
  return text.replace(RUNS, (run, at: number) => {
    const isNext = at > end && text.slice(end, at).trim() === '';
    if (!looksEncoded(plain(run), isNext)) return run;
    end = at + run.length;
    return '[…]';
  });
}

/**
 * Whether what may be a path is Base64. Of two characters of that which follow each other two of three times one is of another kind, of
 * names hardly one of three; and few of its characters are slashes or dashes.
 */
function looksEncoded(word: string, isNext: boolean): boolean {
  if (word.length < LEAST && !isNext) return false;
  const breaks = word.match(/[/_-]/g)?.length ?? 0;
  if (breaks > 2 + word.length / 16 && !isNext && !word.endsWith('=')) return false;
  const changes = word.match(/[a-z](?=[A-Z\d+])|[A-Z](?=[a-z\d+])|[\d+](?=[A-Za-z])/g)?.length ?? 0;
  return changes > leastChanges(word, isNext) * (word.length - 1 - 2 * breaks);
}

/** Base64 of 16 bytes without padding. */
const LEAST = 22;

/** Padding says what it is already, and behind a line of Base64 all the more. */
function leastChanges(word: string, isNext: boolean): number {
  if (word.endsWith('=')) return isNext ? -1 : 0.15;
  return 0.42;
}

/**
 * The path of a file that is not there: people put a key where a path belongs. What ends like the name of a file is shown
 * as it is, whatever it looks like.
 */
export function missingPath(path: string): string {
  if (/\.[\w-]{1,10}$/.test(path)) return path;
  // Base64 may have slashes, which look like folders.
  const names = withoutEncoded(path).split('/');
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
