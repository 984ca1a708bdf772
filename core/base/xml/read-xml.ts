import type { XmlNode } from './xml-node.ts';
import { isXmlText, QNAME_PATTERN } from './xml-rules.ts';

/** How a document is read; what is not said is as documents of key servers and gateways need it. */
export interface XmlLimits {
  /** Characters. @default 1 Mi, more than any document of a server has */
  readonly longest?: number;
  /** Characters of an attribute. @default any number */
  readonly longestAttribute?: number;
  /** White space is kept where it stands, and elements say their lines. @default false */
  readonly asWritten?: boolean;
}

const LONGEST = 1024 * 1024;
const DEEPEST = 32;

/**
 * Read a document from outside (XML 1.0). Entities are never expanded: one with a DOCTYPE, or with any reference beyond
 * XML's own five and character numbers, is refused. Comments and processing instructions are skipped, and so is, unless it is
 * read `asWritten`, white space around elements and at both ends of text. Prefixes need no declaration: key servers leave it out.
 *
 * @throws RangeError with a reason that quotes nothing of the text, which may hold secrets.
 */
export function readXml(text: string, limits: XmlLimits = {}): XmlNode {
  const { longest = LONGEST } = limits;
  if (text.length > longest) throw new RangeError(`it is longer than ${longest} characters`);
  const declaration = text.search(/<!DOCTYPE|<!ENTITY/i);
  if (declaration >= 0) {
    throw new RangeError(`it declares a document type or entities (line ${lineOf(text, declaration)})`);
  }
  if (!isXmlText(text)) throw new RangeError('it has a character that XML cannot hold');
  return new Reader(text, limits).document();
}

const lineOf = (text: string, at: number): number => text.slice(0, at).split(/\r\n?|\n/).length;

/** The name without its namespace prefix: documents choose their prefixes freely. */
export const localName = ({ name }: XmlNode): string => name.slice(name.indexOf(':') + 1);

/** The child elements of a name, in order. */
export const childrenOf = (node: XmlNode | undefined, name: string): XmlNode[] =>
  (node?.children ?? []).filter(
    (child): child is XmlNode => typeof child !== 'string' && localName(child) === name,
  );

/** All elements in an element, at any depth, in order. */
export function* below(node: XmlNode): Generator<XmlNode, void> {
  for (const child of node.children) {
    if (typeof child === 'string') continue;
    yield child;
    yield* below(child);
  }
}

/** All text directly in an element, without white space around it; `undefined` where there is none. */
export function textOf(node: XmlNode | undefined): string | undefined {
  const parts = (node?.children ?? []).filter((child) => typeof child === 'string');
  return parts.join('').trim() || undefined;
}

/** An attribute, by its name without prefix; `undefined` where it is missing or empty. */
export function attributeOf(node: XmlNode, name: string): string | undefined {
  const value = node.attributes[name];
  return value === undefined || value === '' ? undefined : String(value);
}

/** An element whose end is still to come. */
interface OpenElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (XmlNode | string)[];
  readonly line?: number;
}

const SPACE = '[ \\t\\n]';
const TAG_NAME = new RegExp(QNAME_PATTERN, 'uy');
const ATTRIBUTE = new RegExp(`${SPACE}+(${QNAME_PATTERN})${SPACE}*=${SPACE}*(?:"([^<"]*)"|'([^<']*)')`, 'uy');
const START_TAG_END = new RegExp(`${SPACE}*(/?)>`, 'y');
const END_TAG_END = new RegExp(`${SPACE}*>`, 'y');

/** Goes over a text once; every pattern begins where the one before has ended. */
class Reader {
  readonly #text: string;
  readonly #open: OpenElement[] = [];
  #at = 0;
  #root: XmlNode | undefined;
  /** Text and CDATA sections since the last tag. */
  #pending = '';

  readonly #limits: XmlLimits;
  /** The line of the place up to which lines were counted. */
  #line: number;
  #nextFeed = -1;

  constructor(text: string, limits: XmlLimits) {
    this.#text = text.replace(/^[\uFEFF\s]+/, '').replace(/\r\n?/g, '\n');
    this.#limits = limits;
    this.#line = lineOf(text, text.search(/[^\uFEFF\s]|$/));
  }

  document(): XmlNode {
    const text = this.#text;
    while (this.#at < text.length) {
      if (text[this.#at] !== '<') this.#characters();
      else if (text.startsWith('<!--', this.#at)) this.#comment();
      else if (text.startsWith('<![CDATA[', this.#at)) this.#section();
      else if (text.startsWith('<?', this.#at)) this.#instruction();
      else if (text.startsWith('</', this.#at)) this.#endTag();
      else this.#startTag();
    }
    if (this.#root === undefined || this.#open.length > 0) throw this.#malformed();
    return this.#root;
  }

  #characters(): void {
    const { value, end } = this.#until('<', this.#at, this.#text.length);
    if (value.includes(']]>')) throw this.#malformed();
    this.#add(this.#decoded(value, this.#at));
    this.#at = end;
  }

  #section(): void {
    const { value, end } = this.#until(']]>', this.#at + '<![CDATA['.length);
    if (this.#open.length === 0) throw this.#malformed();
    this.#pending += value;
    this.#at = end + ']]>'.length;
  }

  #comment(): void {
    const { end } = this.#until('--', this.#at + '<!--'.length);
    if (this.#text[end + 2] !== '>') throw this.#malformed();
    this.#at = end + '-->'.length;
  }

  #instruction(): void {
    const { value, end } = this.#until('?>', this.#at + '<?'.length);
    const [target = ''] = value.split(/[ \t\n]/, 1);
    const isTarget = target !== '' && this.#match(TAG_NAME, this.#at + 2)?.[0] === target;
    if (!isTarget || (/^xml$/i.test(target) && this.#at > 0)) throw this.#malformed();
    this.#at = end + '?>'.length;
  }

  #startTag(): void {
    this.#flush();
    const [name] = this.#match(TAG_NAME, this.#at + 1) ?? [];
    if (name === undefined || (this.#open.length === 0 && this.#root)) throw this.#malformed();
    this.#at += 1 + name.length;
    const line = this.#here();
    const attributes = new Map<string, string>();
    const { longestAttribute = Number.POSITIVE_INFINITY, asWritten = false } = this.#limits;
    for (;;) {
      const [whole, key, double, single] = this.#match(ATTRIBUTE, this.#at) ?? [];
      if (whole === undefined) break;
      if (attributes.has(key!)) throw this.#malformed();
      if (whole.length > longestAttribute) {
        throw new RangeError(`an attribute is longer than ${longestAttribute} characters (line ${line})`);
      }
      attributes.set(key!, this.#decoded((double ?? single ?? '').replace(/[\t\n]/g, ' '), this.#at));
      this.#at += whole.length;
    }
    const [end, slash] = this.#match(START_TAG_END, this.#at) ?? [];
    if (end === undefined) throw this.#malformed();
    this.#at += end.length;
    if (this.#open.length >= DEEPEST) {
      throw new RangeError(`its elements are more than ${DEEPEST} levels deep (line ${line})`);
    }
    this.#open.push({
      name,
      attributes: Object.fromEntries(attributes),
      children: [],
      ...(asWritten && { line }),
    });
    if (slash === '/') this.#close();
  }

  #endTag(): void {
    this.#flush();
    const name = this.#open.at(-1)?.name;
    if (name === undefined || !this.#text.startsWith(name, this.#at + 2)) throw this.#malformed();
    this.#at += 2 + name.length;
    const [end] = this.#match(END_TAG_END, this.#at) ?? [];
    if (end === undefined) throw this.#malformed();
    this.#at += end.length;
    this.#close();
  }

  #close(): void {
    const element = this.#open.pop()!;
    const parent = this.#open.at(-1);
    if (parent) parent.children.push(element);
    else this.#root = element;
  }

  #add(text: string): void {
    if (this.#open.length > 0) this.#pending += text;
    else if (!/^[ \t\n]*$/.test(text)) throw this.#malformed();
  }

  #flush(): void {
    const text = this.#limits.asWritten ? this.#pending : this.#pending.trim();
    if (text !== '' && this.#open.length > 0) this.#open.at(-1)!.children.push(text);
    this.#pending = '';
  }

  #match(pattern: RegExp, at: number): RegExpExecArray | null {
    pattern.lastIndex = at;
    return pattern.exec(this.#text);
  }

  /** What stands before a mark. @param otherwise where it ends without any */
  #until(mark: string, from: number, otherwise = -1): { value: string; end: number } {
    const found = this.#text.indexOf(mark, from);
    const end = found < 0 ? otherwise : found;
    if (end < 0) throw this.#malformed();
    return { value: this.#text.slice(from, end), end };
  }

  /** The line of this place. Lines are counted once: places only go forward, and a line may be as long as the document. */
  #here(): number {
    while (this.#nextFeed < this.#at) {
      if (this.#nextFeed >= 0) this.#line++;
      const feed = this.#text.indexOf('\n', this.#nextFeed + 1);
      this.#nextFeed = feed < 0 ? Number.POSITIVE_INFINITY : feed;
    }
    return this.#line;
  }

  /** @param at where the text stands, in which line feeds may have become spaces */
  #decoded(text: string, at: number): string {
    return decoded(text, (reason, offset) => {
      this.#at = at + offset;
      return new RangeError(`${reason} (line ${this.#here()})`);
    });
  }

  #malformed(): RangeError {
    return new RangeError(`it is not well-formed XML (line ${this.#here()})`);
  }
}

const PREDEFINED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * Replace XML's own references. A text is read once, so what comes out is never read for references again.
 * @param refused makes the error of a reference
 */
function decoded(text: string, refused: (reason: string, offset: number) => RangeError): string {
  return text.replace(/&([^;&\s]*);?/g, (reference, name: string, offset: number) => {
    const known = Object.hasOwn(PREDEFINED, name) ? PREDEFINED[name] : character(name);
    if (known === undefined || !reference.endsWith(';')) throw refused('it refers to an entity', offset);
    if (!isXmlText(known)) throw refused('it has a character that XML cannot hold', offset);
    return known;
  });
}

function character(name: string): string | undefined {
  const number = /^#(?:x([0-9a-f]{1,6})|([0-9]{1,7}))$/i.exec(name);
  const code = number && Number.parseInt(number[1] ?? number[2]!, number[1] ? 16 : 10);
  return code === null || code > 0x10ffff ? undefined : String.fromCodePoint(code);
}
