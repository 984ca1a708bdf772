import { languageTag } from '../../base/language-tag.ts';

/** The language of a tag or code without script and region: `en` of `en-GB` and of `eng`; `undefined`: nothing that says one. */
export function spokenLanguage(text: string | undefined): string | undefined {
  const [first = ''] = (text ?? '').toLowerCase().split('-');
  if (first === '' || first === 'und' || first === 'mul' || first === 'zxx' || first === 'mis')
    return undefined;
  return languageTag(first) ?? first;
}
