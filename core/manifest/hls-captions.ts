import { languageName, languageTag } from '../base/language-tag.ts';
import type { ClosedCaptions } from '../media/captions.ts';
import { canonicalLanguage } from '../media/language.ts';
import { attributeTag, quoted } from './hls-attributes.ts';
import { uniqueNames } from './hls-names.ts';

const GROUP = 'cc';

/**
 * What variants say of closed captions: the group, or that there are none, which keeps players from looking for some (HLS
 * Authoring Specification for Apple Devices, 4.3 and 4.4). `undefined`: nothing is known of them.
 */
export function captionsAttribute(captions: readonly ClosedCaptions[] | undefined): string | undefined {
  if (captions === undefined) return undefined;
  return captions.length > 0 ? quoted(GROUP) : 'NONE';
}

/** The EXT-X-MEDIA tags of closed captions (RFC 8216, 4.3.4.1). */
export function captionTags(captions: readonly ClosedCaptions[] = []): string[] {
  const names = uniqueNames(captions.map(({ label, language }) => label ?? nameOf(language)));
  // One of each language is chosen by itself: a player cannot tell the others from it.
  const automatic = new Map<string, ClosedCaptions>();
  for (const one of captions) {
    const language = canonicalLanguage(one.language);
    if (one.isDefault || !automatic.has(language)) automatic.set(language, one);
  }
  return captions.map((one, index) =>
    attributeTag('EXT-X-MEDIA', {
      TYPE: 'CLOSED-CAPTIONS',
      'GROUP-ID': quoted(GROUP),
      NAME: quoted(names[index]!),
      LANGUAGE: quoted(languageTag(one.language) ?? 'und'),
      DEFAULT: one.isDefault ? 'YES' : 'NO',
      AUTOSELECT: automatic.get(canonicalLanguage(one.language)) === one ? 'YES' : 'NO',
      'INSTREAM-ID': quoted(one.channel),
    }),
  );
}

/** SERVICE values came with version 7 (RFC 8216, 7). */
export const captionsVersion = (captions: readonly ClosedCaptions[] = []): number =>
  captions.some(({ channel }) => channel.startsWith('SERVICE')) ? 7 : 1;

const nameOf = (language: string): string =>
  languageTag(language) === undefined ? 'Captions' : languageName(language);
