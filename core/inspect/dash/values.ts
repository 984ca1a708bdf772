import { attributeOf, localName } from '../../base/xml/read-xml.ts';
import type { XmlNode } from '../../base/xml/xml-node.ts';

/** Told of a fault: where it is in the document, its rule, and the end of a sentence behind the name of the element. */
export type MpdFault = (element: XmlNode, rule: string, what: string) => void;

/** An attribute of another namespace, whatever its prefix is: `cenc:default_KID`. */
export function foreignAttribute(element: XmlNode, name: string): string | undefined {
  const key = Object.keys(element.attributes).find((one) => one.slice(one.indexOf(':') + 1) === name);
  return key === undefined ? undefined : attributeOf(element, key);
}

/** Value of the first element that has an attribute: of a Representation, then of its Adaptation Set. */
export function inherited(elements: readonly XmlNode[], name: string): string | undefined {
  for (const element of elements) {
    const value = attributeOf(element, name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Reads attributes of one kind of value, and tells of those that are none. */
export class Values {
  readonly #fault: MpdFault;

  constructor(fault: MpdFault) {
    this.#fault = fault;
  }

  /** A whole number of any length, as ticks of a clock are that began in 1970. */
  ticks(element: XmlNode, name: string): bigint | undefined {
    return this.#read(element, name, /^[+-]?\d{1,19}$/, 'no whole number', BigInt);
  }

  integer(element: XmlNode, name: string): number | undefined {
    return this.#read(element, name, /^\d{1,15}$/, 'no whole number', Number);
  }

  /** Seconds of an `xs:duration`. A month is 30 days, a year 365: presentations have neither. */
  duration(element: XmlNode, name: string): number | undefined {
    return this.#read(element, name, DURATION, 'no duration (PT10S)', secondsOf);
  }

  /** `30000/1001`, `25`; some write `29.97`. */
  frameRate(element: XmlNode, name: string): number | undefined {
    return this.#read(element, name, /^\d{1,9}(?:\.\d{1,9})?(?:\/\d{1,9})?$/, 'no frame rate', (text) => {
      const [rate = '0', divisor = '1'] = text.split('/');
      return Number(rate) / (Number(divisor) || 1);
    });
  }

  /** `first-last`, both in it (RFC 9110, 14.1.2). */
  range(element: XmlNode, name: string): { readonly offset: number; readonly length: number } | undefined {
    const range = this.#read(
      element,
      name,
      /^\d{1,15}-\d{1,15}$/,
      'no range of bytes (first-last)',
      (text) => {
        const [first = 0, last = 0] = text.split('-').map(Number);
        return { offset: first, length: last - first + 1 };
      },
    );
    if (range === undefined || range.length > 0) return range;
    this.#fault(element, 'RANGE_SYNTAX', `has a @${name} that ends before it begins`);
    return undefined;
  }

  #read<T>(
    element: XmlNode,
    name: string,
    pattern: RegExp,
    what: string,
    convert: (text: string) => T,
  ): T | undefined {
    const text = attributeOf(element, name)?.trim();
    if (text === undefined) return undefined;
    if (pattern.test(text)) return convert(text);
    this.#fault(element, 'ATTRIBUTE_SYNTAX', `has a @${name} that is ${what}`);
    return undefined;
  }
}

const DURATION =
  /^P(?=.)(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})D)?(?:T(?=.)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,12}(?:\.\d{1,12})?)S)?)?$/;
const SECONDS = [31_536_000, 2_592_000, 86_400, 3600, 60, 1];

function secondsOf(text: string): number {
  const parts = DURATION.exec(text)?.slice(1) ?? [];
  return parts.reduce((sum, part, index) => sum + Number(part ?? 0) * SECONDS[index]!, 0);
}

/** `the AdaptationSet in line 7` */
export const nameOf = (element: XmlNode): string =>
  `${localName(element)}${element.line === undefined ? '' : ` in line ${element.line}`}`;
