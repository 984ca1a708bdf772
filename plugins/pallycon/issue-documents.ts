import { fail } from '../../core/index.ts';
import { childrenOf, isXmlText, readXml, textOf, writeXml, xml } from '../../core/kit.ts';

/** In which form a page is asked and answers: a setting of the site. */
export type IssueFormat = 'json' | 'xml';

/** What a page is asked. */
export interface IssueQuestion {
  /** With extension: `test.mp4`. */
  readonly fileName: string;
  /** With folders, as the page is to see it. */
  readonly filePath: string;
}

/** What a page answers, under the names of the JSON variant. What is missing, `null` or empty is left out. */
export type IssueReply = Readonly<Partial<Record<Member, string>>>;

/** The members of the JSON variant, and the elements of the XML variant that are the same. */
const ELEMENTS = {
  error_code: ['ERROR'],
  // The protocol's description has one of them, its samples the other.
  error_message: ['ERRMSG', 'ERRORMSG'],
  cid: ['CID'],
  nonce: ['NONCE'],
  // Sealpack's own extension: plugins/pallycon/GATEWAY.md
  key_id: ['KEY_ID'],
  key: ['KEY'],
  iv: ['IV'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

type Member = keyof typeof ELEMENTS;

const MEMBERS = Object.keys(ELEMENTS) as readonly Member[];

/** @throws PackagerError INVALID_OPTION for a path that XML has no way to write */
export function writeQuestion(
  { fileName, filePath }: IssueQuestion,
  nonce: string,
  format: IssueFormat,
): string {
  if (format === 'json') return JSON.stringify({ file_name: fileName, file_path: filePath, nonce });
  if (/\p{Cc}/u.test(filePath + fileName) || !isXmlText(filePath + fileName)) {
    throw fail.invalidOption(
      'The path of the first input has control characters, which the XML form of the content id page cannot carry.',
      "Rename the file, name the content with `contentId`, or set `format: 'json'`.",
    );
  }
  const children = [xml('FILEPATH', {}, filePath), xml('FILENAME', {}, fileName), xml('NONCE', {}, nonce)];
  return writeXml(xml('RES', {}, children), { indent: false });
}

/** @throws RangeError that says what it is not, without its text */
export const readReply = (document: string, format: IssueFormat): IssueReply =>
  format === 'json' ? readJsonReply(document) : readXmlReply(document);

function readJsonReply(document: string): IssueReply {
  const value = parse(document);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new RangeError('is not a JSON object');
  }
  const members = MEMBERS.flatMap((name) => {
    const member: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
    if (member === undefined || member === null || member === '') return [];
    // A code is often a number; of an id as a number, leading zeros or the last digits would be lost.
    if (typeof member === 'string') return [[name, member]];
    if (typeof member === 'number' && name === 'error_code') return [[name, String(member)]];
    throw new RangeError(`has a ${name} that is no text`);
  });
  return Object.fromEntries(members);
}

function parse(document: string): unknown {
  try {
    return JSON.parse(document);
  } catch {
    return undefined; // the reason would quote the text
  }
}

function readXmlReply(document: string): IssueReply {
  const root = parseXml(document);
  if (root.name !== 'RES') throw new RangeError('is XML, but its root element is not RES');
  const members = MEMBERS.flatMap((name) => {
    const tags: readonly string[] = ELEMENTS[name];
    const [element, ...others] = tags.flatMap((tag) => childrenOf(root, tag));
    if (others.length > 0) throw new RangeError(`has ${tags.join(' or ')} more than once`);
    const text = textOf(element);
    return text === undefined ? [] : [[name, text]];
  });
  return Object.fromEntries(members);
}

function parseXml(document: string): ReturnType<typeof readXml> {
  try {
    return readXml(document);
  } catch (cause) {
    throw new RangeError(`is not an XML document that is accepted: ${(cause as Error).message}`);
  }
}
