import { languageTag } from '../base/language-tag.ts';
import { type XmlNode, xml } from '../base/xml/xml-node.ts';
import type { TitleDetails } from '../media/title-details.ts';
import { placeUrl } from './uri.ts';

/**
 * What an MPD says of the title before its first period (ISO/IEC 23009-1, 5.3.1.2): people's words for it, and where its files are. It
 * has no word for a start (players take `#t=` in its address, annex C.4), and none for data of a session.
 * @param folder the mode's, as every place has it
 */
export const titleElements = (details: TitleDetails, folder: string | undefined): XmlNode[] => [
  ...programInformation(details),
  ...baseUrlElements(details, folder),
];

/** 5.7.2: once for each language. */
const programInformation = ({ information = [] }: TitleDetails): XmlNode[] =>
  information.map(({ title, source, copyright, moreInformationUrl, language }) =>
    xml(
      'ProgramInformation',
      { lang: language && languageTag(language), moreInformationURL: moreInformationUrl },
      Object.entries({ Title: title, Source: source, Copyright: copyright }).flatMap(([name, text]) =>
        text === undefined ? [] : xml(name, {}, text),
      ),
    ),
  );

/** 5.6.4: alternatives, in the order of preference. */
const baseUrlElements = ({ baseUrls = [] }: TitleDetails, folder: string | undefined): XmlNode[] =>
  baseUrls.map(({ url, id }) => xml('BaseURL', { serviceLocation: id }, placeUrl(url, folder)));

/**
 * Content steering (ETSI TS 103 998), behind the periods as the sixth edition of ISO/IEC 23009-1 has it; schemas of earlier ones do not
 * know the element, whose readers look for it in the namespace of the MPD.
 */
export const steeringElement = ({ steering }: TitleDetails): XmlNode[] =>
  steering ? [xml('ContentSteering', { defaultServiceLocation: steering.first }, steering.server)] : [];
