import { languageTag } from '../base/language-tag.ts';

/** The longest tag that has to be understood (RFC 5646, 4.4.1). Languages name files and folders, which a longer one would not fit. */
const LONGEST = 35;

/** The language that a document says it is in, as BCP 47. `undefined`: it says none that is one. */
export function documentLanguage(text: string): string | undefined {
  const tag = languageTag(text);
  return tag === undefined || tag.length > LONGEST ? undefined : tag;
}
