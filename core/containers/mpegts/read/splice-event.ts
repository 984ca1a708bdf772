import { childrenOf, localName, readXml, textOf } from '../../../base/xml/read-xml.ts';
import type { XmlNode } from '../../../base/xml/xml-node.ts';
import { crc32Mpeg } from '../crc32.ts';
import { BANDWIDTH_RESERVATION, readSplice, SPLICE_NULL, type SpliceCue } from './splice-section.ts';

/** What an event message of SCTE 35 says. Its time is that of the message: those in its section are of another clock. */
export interface SpliceEvent {
  /** The section, Base64. */
  readonly scte35: string;
  readonly cues: readonly SpliceCue[];
  /** Something is to happen: no sign of life, and nothing that is called off. */
  readonly isMeant: boolean;
}

/** Schemes whose messages are a section (ANSI/SCTE 214-3, 7.3.2), or XML with one in it (SCTE 214-1, 6.7.4). */
const BINARY: ReadonlySet<string> = new Set(['urn:scte:scte35:2013:bin', 'urn:scte:scte35:2014:bin']);
const XML_WITH_BINARY = 'urn:scte:scte35:2014:xml+bin';

const TABLE_ID = 0xfc;
const LEAST = 18;

/**
 * @param message Base64
 * @returns `none`: it is of another scheme, or in a form that is for applications
 */
export function spliceOfEvent(scheme: string, message: string): SpliceEvent | 'none' | 'damaged' {
  const isBinary = BINARY.has(scheme);
  if (!isBinary && scheme !== XML_WITH_BINARY) return 'none';
  const bytes = Buffer.from(message, 'base64');
  if (isBinary || bytes[0] === TABLE_ID) return spliceEvent(bytes);
  const binary = binaryOf(bytes.toString('utf8'));
  return binary === undefined ? 'none' : spliceEvent(Buffer.from(binary, 'base64'));
}

function spliceEvent(bytes: Buffer): SpliceEvent | 'damaged' {
  if (bytes.length < LEAST) return 'damaged';
  const section = bytes.subarray(0, 3 + (bytes.readUInt16BE(1) & 0xfff));
  if (crc32Mpeg(section) !== 0) return 'damaged';
  try {
    const { command, cues, cancelled } = readSplice(section);
    const isIdle = command === SPLICE_NULL || command === BANDWIDTH_RESERVATION;
    return { scte35: section.toString('base64'), cues, isMeant: !isIdle && cancelled.length === 0 };
  } catch (cause) {
    if (cause instanceof RangeError) return 'damaged';
    throw cause;
  }
}

/** The text of `Binary` in `Signal`, or in what that is in. */
function binaryOf(text: string): string | undefined {
  try {
    return textOf(findBinary(readXml(text)));
  } catch (cause) {
    if (cause instanceof RangeError) return undefined;
    throw cause;
  }
}

const findBinary = (node: XmlNode): XmlNode | undefined =>
  localName(node) === 'Signal'
    ? childrenOf(node, 'Binary')[0]
    : childrenOf(node, 'Signal').map(findBinary).find(Boolean);
