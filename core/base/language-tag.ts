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
