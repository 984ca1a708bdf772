import { toHex, view } from '../base/bytes.ts';
import { attributeOf, below, localName, readXml, textOf } from '../base/xml/read-xml.ts';
import type { XmlNode } from '../base/xml/xml-node.ts';
import { RIGHTS_MANAGEMENT_HEADER, toGuid } from './playready-header.ts';

/**
 * The ids of the keys that a PlayReady object names, in hexadecimal digits: `KID` elements of version 4.0, or their attribute VALUE of
 * later ones. None of what cannot be read, or names keys by other than 16 bytes.
 */
export function playReadyKeyIds(object: Uint8Array): string[] {
  const ids = headersOf(object).flatMap(kidsIn);
  return ids.every(({ length }) => length === 16) ? ids.map((id) => toHex(toGuid(id))) : [];
}

/** The WRMHEADERs in it, in UTF-16LE: a length of all and a count, then records with a type and a length each. */
function headersOf(object: Uint8Array): string[] {
  const bytes = view(object);
  const headers: string[] = [];
  for (let at = 6; at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readUInt16LE(at + 2);
    if (bytes.readUInt16LE(at) === RIGHTS_MANAGEMENT_HEADER)
      headers.push(bytes.toString('utf16le', at + 4, end));
    at = end;
  }
  return headers;
}

function kidsIn(header: string): Buffer[] {
  let root: XmlNode;
  try {
    root = readXml(header);
  } catch (cause) {
    if (cause instanceof RangeError) return [];
    throw cause;
  }
  return [...below(root)]
    .filter((node) => localName(node) === 'KID')
    .map((node) => Buffer.from(attributeOf(node, 'VALUE') ?? textOf(node) ?? '', 'base64'));
}
