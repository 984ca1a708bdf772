import { LONGEST_LANGUAGE, languageTag } from '../base/language-tag.ts';

/** The language that a document says it is in, as BCP 47. `undefined`: it says none that is one. */
export function documentLanguage(text: string): string | undefined {
  const tag = languageTag(text);
  return tag === undefined || tag.length > LONGEST_LANGUAGE ? undefined : tag;
}
