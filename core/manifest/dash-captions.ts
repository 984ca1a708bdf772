import { threeLetterCode } from '../base/iso-639.ts';
import { type XmlNode, xml } from '../base/xml/xml-node.ts';
import type { ClosedCaptions } from '../media/captions.ts';

/** What video says of the closed captions in it (ANSI/SCTE 214-1, 7.2): `CC1=eng;CC3=spa`, `1=lang:eng`. */
export function captionDescriptors(captions: readonly ClosedCaptions[] = []): XmlNode[] {
  const of = (scheme: string, own: readonly string[]): XmlNode[] =>
    own.length === 0
      ? []
      : [xml('Accessibility', { schemeIdUri: `urn:scte:dash:cc:${scheme}:2015`, value: own.join(';') })];
  const language = (one: ClosedCaptions) => threeLetterCode(one.language);
  const channels = captions.filter(({ channel }) => channel.startsWith('CC'));
  const services = captions.filter(({ channel }) => channel.startsWith('SERVICE'));
  return [
    ...of(
      'cea-608',
      channels.map((one) => `${one.channel}=${language(one)}`),
    ),
    ...of(
      'cea-708',
      services.map((one) => `${one.channel.slice('SERVICE'.length)}=lang:${language(one)}`),
    ),
  ];
}
