import { languageTag } from '../base/language-tag.ts';
import { sessionDataOf, type TitleDetails } from '../media/title-details.ts';
import { attributeTag, quoted } from './hls-attributes.ts';

/** What a multivariant playlist says of the title, before its renditions. Source and copyright have no DATA-ID that anybody knows. */
export const detailTags = (details: TitleDetails): string[] => [
  ...startTag(details),
  ...steeringTag(details),
  ...sessionDataTags(details),
];

/** RFC 8216, 4.3.5.2: here for all media playlists. */
function startTag({ start }: TitleDetails): string[] {
  if (!start) return [];
  return [
    attributeTag('EXT-X-START', {
      'TIME-OFFSET': Number(start.offset.toFixed(3)),
      PRECISE: start.precise && 'YES',
    }),
  ];
}

/** RFC 8216bis, 4.4.6.6. */
function steeringTag({ steering }: TitleDetails): string[] {
  if (!steering) return [];
  const { server, first } = steering;
  return [
    attributeTag('EXT-X-CONTENT-STEERING', {
      'SERVER-URI': quoted(server),
      'PATHWAY-ID': first && quoted(first),
    }),
  ];
}

/** RFC 8216, 4.3.4.4. */
const sessionDataTags = (details: TitleDetails): string[] =>
  sessionDataOf(details).map(({ id, value, uri, language }) => {
    const tag = language && languageTag(language);
    return attributeTag('EXT-X-SESSION-DATA', {
      'DATA-ID': quoted(id),
      VALUE: value === undefined ? undefined : quoted(value),
      URI: uri && quoted(uri),
      LANGUAGE: tag && quoted(tag),
    });
  });
