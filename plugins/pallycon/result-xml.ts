import type { ErrorDetails } from '../../core/index.ts';
import { printableXml, writeXml, type XmlNode, xml, xmlText } from '../../core/kit.ts';
import { resultCode } from './result-codes.ts';

/**
 * A result as PallyCon's packager prints it: `RESULT` is 0, or a code with a sentence in `INFO`.
 *
 * @param failure What went wrong, if something did.
 * @param more Further elements, behind those two.
 */
export function resultXml(
  failure?: Pick<ErrorDetails, 'code' | 'exit' | 'message'>,
  more: readonly XmlNode[] = [],
): string {
  const root = xml(
    'PallyconPackager',
    {},
    xml('RESULT', {}, String(failure ? resultCode(failure) : 0)),
    failure ? xml('INFO', {}, oneLine(failure.message)) : [],
    // Names of files may have any character.
    more.map(printableXml),
  );
  // One element a line at the margin, as PallyCon's packager prints it: scripts look for `^<RESULT>0`.
  return writeXml(root).replace(/^ +/gm, '');
}

/** A sentence on one line; what XML has no place for is shown as what it is not. */
const oneLine = (text: string): string => xmlText(text.replace(/[\s\p{Cc}]+/gu, ' ')).trim();
