/** The shortest BCP-47 tag of an ISO 639-2 code: `eng` is `en`. `undefined` for `und` and for what is no code. */
export function languageTag(code: string): string | undefined {
  try {
    const [tag] = Intl.getCanonicalLocales(code);
    return tag === 'und' ? undefined : tag;
  } catch {
    return undefined; // a file may say anything
  }
}

/** How a player's menu names a language; `Audio` where the file does not say. */
export function languageName(code: string): string {
  const tag = languageTag(code);
  if (tag === undefined) return 'Audio';
  return new Intl.DisplayNames(['en'], { type: 'language' }).of(tag) ?? tag;
}

/** The longest tag that has to be understood (RFC 5646, 4.4.1). Languages name files and folders, which a longer one would not fit. */
export const LONGEST_LANGUAGE = 35;

/** Whether a text looks like a tag of BCP 47 that anybody would write. */
export const isLanguageTag = (text: string): boolean =>
  text.length <= LONGEST_LANGUAGE && /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(text);
