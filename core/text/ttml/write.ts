import { type Box, box, fullBox, u16, zeros } from '../../base/box.ts';
import { writeXml } from '../../base/xml/write-xml.ts';
import type { XmlNode } from '../../base/xml/xml-node.ts';
import { printableXml } from '../../base/xml/xml-rules.ts';
import type { TextDocument } from '../cue.ts';
import { overlapping } from '../overlapping.ts';
import { withRegion } from './default-region.ts';
import { cuesAsTtml, hasRuby } from './from-cues.ts';
import { partOf } from './part.ts';

const NAMESPACE = 'http://www.w3.org/ns/ttml';

/** White space between elements would be text in some of them. */
const write = (root: XmlNode): string => writeXml(printableXml(root), { indent: false });

/**
 * The sample of [from, to): a document of all that is shown in it, with its full times on the title's timeline
 * (ISO/IEC 14496-30, 6). A TTML source stays what it is, but for times; anything else becomes IMSC 1.1 text.
 */
export function stppDocument(doc: TextDocument, from: number, to: number): string {
  if (doc.ttml !== undefined) {
    const shown = overlapping(doc.ttml.paragraphs, from, to).map(({ cue }) => cue);
    return write(withRegion(partOf(doc.ttml, shown)));
  }
  const shown = overlapping(doc.cues, from, to).map(({ cue }) => cue);
  return write(cuesAsTtml(doc, shown));
}

/** `stpp` (ISO/IEC 14496-12, 12.6.3.2): the namespace of its documents, no schema, no pictures beside them. */
export const stppSampleEntry = (doc: TextDocument): Box =>
  box('stpp', zeros(6), u16(1), `${NAMESPACE}\0`, '\0', '\0', fullBox('mime', 0, 0, `${mimeType(doc)}\0`));

/** The codec string (W3C TTML Media Type registry): IMSC 1 text, or 1.1 where it needs that. */
export const stppCodecs = (doc: TextDocument): string => `stpp.ttml.${processorProfile(doc)}`;

const mimeType = (doc: TextDocument): string => `application/ttml+xml;codecs=${processorProfile(doc)}`;

function processorProfile(doc: TextDocument): 'im1t' | 'im2t' {
  if (doc.ttml === undefined) return hasRuby(doc) ? 'im2t' : 'im1t';
  const profiles = Object.entries(doc.ttml.root.attributes)
    .filter(([name]) => /(?:^|:)(?:profile|contentProfiles)$/.test(name))
    .map(([, value]) => String(value))
    .join(' ');
  return profiles.includes('/imsc1.1/text') && !profiles.includes('/imsc1/text') ? 'im2t' : 'im1t';
}
