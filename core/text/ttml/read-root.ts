import { fail } from '../../base/errors.ts';
import { readXml } from '../../base/xml/read-xml.ts';
import type { XmlNode } from '../../base/xml/xml-node.ts';
import { checkXml } from '../../base/xml/xml-rules.ts';
import { elementsOf, readElements, type TtElement } from './elements.ts';

/** Characters of the largest document: a hundred thousand cues are a quarter of that. */
const LONGEST = 64 * 1024 * 1024;
/** Characters of an attribute: none of TTML comes near. */
const LONGEST_ATTRIBUTE = 16 * 1024;

/** Whether a text is XML, which of all that subtitles are written in is TTML alone. */
export const isXml = (text: string): boolean => /^[\uFEFF\s]*<(?:[?!]|[\w:.-]{1,100}[\s/>])/.test(text);

/** `tt` of a document whose cues are texts with times of media. */
export function readRoot(text: string, name: string): TtElement {
  const root = readElements(parsed(text, name));
  if (root.name !== 'tt') {
    throw fail.badText(
      name,
      `it is XML, but not TTML: its root is not tt in a namespace of TTML (line ${root.line})`,
      'Give a document of TTML, DFXP or IMSC.',
    );
  }
  const base = root.attributes['ttp:timeBase'] ?? 'media';
  if (base !== 'media') {
    throw fail.badText(
      name,
      `its times are of the ${base === 'smpte' || base === 'clock' ? base : 'unknown'} time base (line ${root.line})`,
      'Export it with ttp:timeBase="media": times that count from the start of the film.',
    );
  }
  const picture = pictureIn(root);
  if (picture !== undefined) {
    throw fail.badText(
      name,
      `its subtitles are pictures (line ${picture})`,
      'Export it with texts: the text profile of IMSC.',
    );
  }
  return root;
}

function parsed(text: string, name: string): XmlNode {
  try {
    const root = readXml(text, { longest: LONGEST, longestAttribute: LONGEST_ATTRIBUTE, asWritten: true });
    // What is read is written again: names and namespaces have to be in order.
    checkXml(root);
    return root;
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw fail.badText(
      name,
      cause.message,
      'Export it anew, as plain TTML: without a document type and entities.',
    );
  }
}

/** The line of the first picture: of SMPTE-TT, of TTML2, or of the image profile of IMSC. */
function pictureIn(root: TtElement): number | undefined {
  const profiles = `${root.attributes['ttp:profile'] ?? ''} ${root.attributes['ttp:contentProfiles'] ?? ''}`;
  const [head] = elementsOf(root, 'head');
  const named = elementsOf(head, 'ttp:profile').map(({ attributes }) => attributes['use'] ?? '');
  if ([profiles, ...named].some((profile) => /\/imsc1(?:\.\d)?\/image\b/.test(profile))) return root.line;
  const visit = (element: TtElement): number | undefined => {
    const hasPicture =
      element.attributes['smpte:backgroundImage'] !== undefined ||
      ['smpte:image', 'image'].includes(element.name);
    if (hasPicture) return element.line;
    for (const child of element.children) {
      const line = typeof child === 'string' ? undefined : visit(child);
      if (line !== undefined) return line;
    }
    return undefined;
  };
  return visit(root);
}
