import { languageTag } from '../base/language-tag.ts';

/** One spelling for each language: `ger`, `deu`, `de` and `DE` are `de`; `und` and what is no code stay as they are. */
export const canonicalLanguage = (code: string): string => (languageTag(code) ?? code).toLowerCase();

/** `true` for `ger` and `de`, which a track and the config may call the same. */
export const sameLanguage = (a: string, b: string): boolean => canonicalLanguage(a) === canonicalLanguage(b);

/**
 * Whether a language is the one that was asked for, or a more special form of it: `pt` is answered by `por` and by
 * `pt-BR` (RFC 4647, 3.3.1).
 */
export function answersLanguage(language: string, asked: string): boolean {
  const [has, wants] = [canonicalLanguage(language), canonicalLanguage(asked)];
  return has === wants || has.startsWith(`${wants}-`);
}
