import { PADDING, PLUS, plain, SLASH, withoutEncoded } from './encoded.ts';

/** Hexadecimal digits in groups of one size: 32 of them or more. */
const GROUPS = [
  [4, 7],
  [8, 3],
  [16, 1],
].map(([size, more]) => `\\b(?:[\\da-f]{${size}}[ :,\\n]){${more},}[\\da-f]{${size}}\\b`);

/** Bytes as languages print them: 16 numbers or more, as `143,58`, `[143 58]`, `0x8f, 0x3a` and `\x8f\x3a`. */
const BYTE = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const BETWEEN = '[\\s,;]{1,12}';
const LISTS = [
  `(?<![\\w.])(?:${BYTE}${BETWEEN}){15,}${BYTE}(?!\\d)`,
  `(?:0x[\\da-f]{1,2}${BETWEEN}){15,}0x[\\da-f]{1,2}`,
  '(?:\\\\{1,4}x[\\da-f]{2}){16,}',
].join('|');
const IS_LIST = new RegExp(`^(?:${LISTS})$`, 'i');

/** 32 hexadecimal digits or more, also with separators or as a UUID; and lists of bytes. */
const HEX = [
  '\\{?(?<![\\da-f])[\\da-f]{8}(?:-[\\da-f]{4}){3}-[\\da-f]{12}(?![\\da-f])\\}?',
  '[\\da-f]{32,}',
  '(?:[\\da-f]{2}[ :,-]){15,}[\\da-f]{2}',
  ...GROUPS,
  LISTS,
].join('|');

/** Words that Base64 of 16 bytes or more may be: with slashes, and without, which may be folders. */
const WORDS = new RegExp(`${HEX}|(?:[\\w-]|${PLUS}|${SLASH}){22,}${PADDING}`, 'gi');
const NAMES = new RegExp(`${HEX}|(?:[\\w-]|${PLUS}){22,}${PADDING}`, 'gi');

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
  return pathless.replace(hasPaths ? NAMES : WORDS, (word) => {
    const spelled = plain(word);
    return isFine(spelled) || !looksLikeKey(spelled) ? word : '[…]';
  });
}

/** The words of a text that others would be taken for keys, to be `known`: a file may be named by a checksum. */
export const wordsLikeKeys = (text: string): string[] => (text.match(NAMES) ?? []).map(plain);

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

/** Groups that are decimal alone are years and sizes: of random ones, one in three million is. */
const IS_DECIMAL = /^\d{4,}(?:[ :,\n]\d{4,})+$/;

function looksLikeKey(word: string): boolean {
  if (IS_LIST.test(word)) return true;
  if (IS_DECIMAL.test(word)) return false;
  if (/^[\da-f{} :,-]+$/i.test(word)) return /\d/.test(word) || word.length >= 32;
  if (/^(?:[\w+/-]{22}=|[\w+/-]{43})=$/.test(word)) return true; // of 16 and 32 bytes
  const digits = word.match(/\d/g)?.length ?? 0;
  if (digits >= word.length / 4) return true;
  // Words joined by dashes or slashes keep to one case, and names in camel case have few capitals.
  const capitals = word.match(/[A-Z]/g)?.length ?? 0;
  const small = word.match(/[a-z]/g)?.length ?? 0;
  return capitals > 0 && small > 0 && (digits > 0 || /[+=]/.test(word) || capitals > word.length / 4);
}
