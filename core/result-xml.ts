import type { ErrorDetails } from './errors.ts';
import { writeXml, type XmlNode, xml } from './xml.ts';

/**
 * A result as PallyCon's packager prints it: `RESULT` is 0, or a code with a sentence in `INFO`.
 *
 * @param failure What went wrong, if something did.
 * @param more Further elements, behind those two.
 */
export function resultXml(
  failure?: Pick<ErrorDetails, 'result' | 'message'>,
  more: readonly XmlNode[] = [],
): string {
  const root = xml(
    'PallyconPackager',
    {},
    xml('RESULT', {}, String(failure?.result ?? 0)),
    failure ? xml('INFO', {}, oneLine(failure.message)) : [],
    more,
  );
  // One element a line at the margin, as PallyCon's packager prints it: scripts look for `^<RESULT>0`.
  return writeXml(root).replace(/^ +/gm, '');
}

/** XML 1.0 has no place for control characters, not even escaped, nor for halves of characters. */
const oneLine = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\s\p{Cc}\uFFFE\uFFFF]+/gu, ' ')
    .trim();
