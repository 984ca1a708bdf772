import { languageTag } from '../base/language-tag.ts';
import {
  type BaseUrl,
  CHAPTERS_DATA_ID,
  type ContentSteering,
  type SessionData,
  sessionDataOf,
  TITLE_DATA_ID,
  type TitleDetails,
} from '../media/title-details.ts';
import type { Presentation } from './presentation.ts';

/** What of the details of a title does not go together: a sentence each, with the place in the config. */
export function detailFaults(details: TitleDetails): string[] {
  const { information = [], sessionData = [], baseUrls = [], steering } = details;
  return [
    ...repeated(
      information.map(({ language }) => canonical(language)),
      (index) => `information[${index}]: another one is in the same language.`,
    ),
    ...sessionData.flatMap(valueFaults),
    ...sessionDataFaults(details),
    ...repeated(
      baseUrls.map(({ url }) => url),
      (index) => `baseUrls[${index}]: another one is the same.`,
    ),
    ...repeated(
      baseUrls.map(({ id }) => id),
      (index) => `baseUrls[${index}].id: another one has the same.`,
    ),
    ...(steering ? steeringFaults(steering, baseUrls) : []),
  ];
}

/** The same for what only the title itself shows. */
export function detailFaultsOf(
  { start, sessionData = [] }: TitleDetails,
  { grid, markers = [] }: Pick<Presentation, 'grid' | 'markers'>,
): string[] {
  const faults: string[] = [];
  // RFC 8216, 4.3.5.2: not larger than the duration of the playlist.
  if (start && (start.offset >= grid.duration || start.offset < -grid.duration))
    faults.push(
      `start.offset: ${start.offset} s is not in the title, which has ${grid.duration.toFixed(3)} s.`,
    );
  const chapters = sessionData.findIndex(({ id }) => id === CHAPTERS_DATA_ID);
  if (chapters >= 0 && markers.some(({ kind }) => kind === 'chapter'))
    faults.push(
      `sessionData[${chapters}]: the chapters in \`markers\` are written as ${CHAPTERS_DATA_ID} already.`,
    );
  return faults;
}

/** RFC 8216, 4.3.4.4: one of both. */
function valueFaults({ value, uri }: SessionData, index: number): string[] {
  if ((value === undefined) !== (uri === undefined)) return [];
  return [
    `sessionData[${index}]: expected either a \`value\` or a \`uri\`, got ${uri ? 'both' : 'neither'}.`,
  ];
}

/** RFC 8216, 4.3.4.4: one in each language. */
function sessionDataFaults(details: TitleDetails): string[] {
  const all = sessionDataOf(details);
  const listed = all.length - (details.sessionData?.length ?? 0);
  return repeated(
    all.map(({ id, language }) => `${id} ${canonical(language)}`),
    (place) => {
      const index = place - listed;
      const { id } = all[place]!;
      const other =
        id === TITLE_DATA_ID && details.information ? 'the title in `information`' : 'another one';
      return `sessionData[${index}]: ${other} has the id ${id} in the same language.`;
    },
    listed,
  );
}

function steeringFaults({ first }: ContentSteering, baseUrls: readonly BaseUrl[]): string[] {
  if (baseUrls.length === 0)
    return ['contentSteering: there are no `baseUrls` for its server to choose from.'];
  const nameless = baseUrls.flatMap(({ id }, index) =>
    id === undefined
      ? [`baseUrls[${index}]: it has no \`id\`, by which \`contentSteering\` could name it.`]
      : [],
  );
  if (nameless.length > 0) return nameless;
  if (first === undefined || baseUrls.some(({ id }) => id === first)) return [];
  const ids = baseUrls.map(({ id }) => id).join(', ');
  return [`contentSteering.default: no base URL has the id "${first}". Choose from: ${ids}.`];
}

/** A complaint for each value that stands further up in the list already, from a place on; `undefined` is none. */
const repeated = (
  values: readonly (string | undefined)[],
  complaint: (index: number) => string,
  from = 0,
): string[] =>
  values.flatMap((value, index) =>
    index >= from && value !== undefined && values.indexOf(value) < index ? [complaint(index)] : [],
  );

const canonical = (language: string | undefined): string => languageTag(language ?? '') ?? 'und';
