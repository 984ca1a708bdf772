import { createRequire } from 'node:module';
import type { XMLParser } from 'fast-xml-parser';
import type { Run } from '../../core/index.ts';
import { isXmlText, writeXml, xml } from '../../core/kit.ts';

/** What the XML header of an NCG file tells, in the order of its elements. */
export interface NcgFields {
  readonly contentId: string;
  /** Key id in UUID text form. */
  readonly keyId: string;
  readonly siteId?: string | undefined;
  /** Where a player asks for the licence. */
  readonly licenseUrl: string;
  /** Who packaged it. */
  readonly source: string;
  /** UTC to the second: `2010-01-01T12:34:56Z`. */
  readonly packageDate: string;
  /** A label, 0 to 2³¹ − 1. */
  readonly level: number;
  /** A label, 0 to 2³¹ − 1; 0: the whole payload. The payload is always encrypted whole. */
  readonly range: number;
}

/** The part of the fields that a user chooses. */
export interface NcgLabels {
  /** Site id of the service. @default none */
  readonly siteId?: string | undefined;
  /** Licence acquisition URL. @default 'https://tokyo.pallycon.com/ri/licenseManager.do' */
  readonly licenseUrl?: string | undefined;
  /** Who packaged the file. @default 'sealpack' */
  readonly source?: string | undefined;
  /** Encryption level, a number for the licence side; it does not change what is encrypted. @default 1 */
  readonly level?: number | undefined;
  /** Encryption range, a number for the licence side; it does not change what is encrypted. @default 0, the whole payload */
  readonly range?: number | undefined;
}

const LICENSE_URL = 'https://tokyo.pallycon.com/ri/licenseManager.do';

/** The fields of one title. */
export const ncgFields = (labels: NcgLabels, keyId: string, { contentId, time }: Run): NcgFields => ({
  contentId,
  keyId,
  siteId: labels.siteId,
  licenseUrl: labels.licenseUrl ?? LICENSE_URL,
  source: labels.source ?? 'sealpack',
  packageDate: time.toISOString().replace(/\.\d+Z$/, 'Z'),
  level: labels.level ?? 1,
  range: labels.range ?? 0,
});

type FieldName = keyof NcgFields;

/** Element of each field. */
const ELEMENTS: Readonly<Record<FieldName, string>> = {
  contentId: 'ContentID',
  keyId: 'KeyID',
  siteId: 'SiteID',
  licenseUrl: 'AcquisitionURL',
  source: 'Source',
  packageDate: 'PackageDate',
  level: 'EncryptionLevel',
  range: 'EncryptionRange',
};

const ROOT = 'NCG';

/** The XML header: UTF-8, one line, elements in a fixed order. @throws RangeError for text that XML 1.0 cannot hold */
export function writeFields(fields: NcgFields): Uint8Array {
  const children = (Object.keys(ELEMENTS) as FieldName[]).flatMap((field) => {
    const value = fields[field];
    if (value === undefined) return [];
    const text = String(value);
    if (/\p{Cc}/u.test(text) || !isXmlText(text))
      throw new RangeError(`${field} has characters that XML cannot hold`);
    return [xml(ELEMENTS[field], {}, text)];
  });
  return Buffer.from(writeXml(xml(ROOT, {}, children), { indent: false }));
}

/**
 * Read the XML header back. Elements that it does not know are passed over; document types, comments and entities
 * other than the five of XML are refused.
 * @throws RangeError that says what is wrong
 */
export function readFields(bytes: Uint8Array): NcgFields {
  const texts = childTexts(decode(bytes));
  const text = (field: FieldName): string => {
    const value = texts.get(ELEMENTS[field]);
    if (value === undefined) throw new RangeError(`${ELEMENTS[field]} is missing`);
    return value;
  };
  const matching = (field: FieldName, pattern: RegExp): string => {
    const value = text(field);
    if (!pattern.test(value)) throw new RangeError(`${ELEMENTS[field]} has no valid value`);
    return value;
  };
  const label = (field: FieldName): number => {
    const value = Number(matching(field, /^\d{1,10}$/));
    if (value > 0x7fff_ffff) throw new RangeError(`${ELEMENTS[field]} is too large`);
    return value;
  };
  return {
    contentId: text('contentId'),
    keyId: matching('keyId', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    siteId: texts.get(ELEMENTS.siteId),
    licenseUrl: text('licenseUrl'),
    source: text('source'),
    packageDate: matching('packageDate', /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/),
    level: label('level'),
    range: label('range'),
  };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new RangeError('it is not UTF-8');
  }
}

/** A node of fast-xml-parser's ordered tree: one key is the element's name. */
type ParsedNode = Readonly<Record<string, unknown>>;

const OPTIONS = {
  preserveOrder: true,
  ignoreDeclaration: true,
  parseTagValue: false,
  trimValues: false,
  processEntities: false,
};

/** The text of each child of the root. */
function childTexts(document: string): Map<string, string> {
  if (document.includes('<!')) throw new RangeError('it has a document type, comment or CDATA section');
  // Loaded on first use: packaging writes headers, and reads none.
  const { XMLParser, XMLValidator } = createRequire(import.meta.url)(
    'fast-xml-parser',
  ) as typeof import('fast-xml-parser');
  if (XMLValidator.validate(document) !== true) throw new RangeError('it is not well-formed XML');
  const roots = parse(new XMLParser(OPTIONS), document);
  const root = roots.length === 1 ? roots[0]?.[ROOT] : undefined;
  if (!Array.isArray(root)) throw new RangeError(`its root is not ${ROOT}`);

  const texts = new Map<string, string>();
  for (const node of root as ParsedNode[]) {
    const [name, content] = Object.entries(node)[0] ?? [];
    if (name === undefined || name === '#text') continue;
    if (texts.has(name)) throw new RangeError(`${name} is there twice`);
    const text = Array.isArray(content)
      ? (content as ParsedNode[]).map((part) => part['#text'] ?? '').join('')
      : '';
    texts.set(name, unescapeXml(text));
  }
  return texts;
}

function parse(parser: XMLParser, document: string): ParsedNode[] {
  try {
    return parser.parse(document) as ParsedNode[];
  } catch {
    throw new RangeError('it is not well-formed XML'); // e.g. nested too deeply
  }
}

const CHARACTERS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescapeXml = (text: string): string =>
  text.replace(/&([^;]*);?/g, (_, name: string) => {
    const character = Object.hasOwn(CHARACTERS, name) ? CHARACTERS[name] : undefined;
    if (character === undefined) throw new RangeError('it has an entity that is not of XML itself');
    return character;
  });
