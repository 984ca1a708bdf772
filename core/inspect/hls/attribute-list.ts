import { ATTRIBUTE_TYPES, isOfType, TYPE_WORDS } from './attribute-types.ts';

/** Told of a fault: its rule, and what follows `… of EXT-X-MEDIA in line 7 of master.m3u8`, as a whole sentence made by who listens. */
export type SyntaxFault = (rule: string, what: string) => void;

/** One after the other; what stands between them besides one comma is a fault. */
const ATTRIBUTE = /\s*([A-Za-z0-9_-]+)\s*=\s*("[^"]*"|"[^"]*$|[^",]*)\s*/y;

/**
 * The attribute list of a tag (RFC 8216bis, 4.2): values without their quotes. What is written wrongly is told and read as it is meant,
 * where that is plain.
 */
export function readAttributes(text: string, fault: SyntaxFault): Map<string, string> {
  const attributes = new Map<string, string>();
  for (let at = 0; at < text.length; ) {
    ATTRIBUTE.lastIndex = at;
    const found = ATTRIBUTE.exec(text);
    if (!found) {
      const next = text.indexOf(',', at);
      const end = next < 0 ? text.length : next;
      fault(
        'ATTRIBUTE_SYNTAX',
        `has something in its attribute list that is no attribute: ${shown(text.slice(at, end))}`,
      );
      at = end + 1;
      continue;
    }
    const [whole, name = '', raw = ''] = found;
    const value = raw.trimEnd();
    at += whole.length;
    const isProper = whole === `${name}=${raw}` && raw === value && /^[A-Z0-9-]+$/.test(name);
    if (!isProper)
      fault('ATTRIBUTE_SYNTAX', `writes its attribute ${name} with white space or small letters`);
    if (attributes.has(name)) fault('ATTRIBUTE_TWICE', `has the attribute ${name} twice`);
    else {
      checkType(name, value, fault);
      attributes.set(name, value.replace(/^"|"$/g, ''));
    }
    if (at < text.length && text[at] !== ',') {
      const next = text.indexOf(',', at);
      fault('ATTRIBUTE_SYNTAX', `has something between its attribute ${name} and the next`);
      at = next < 0 ? text.length : next;
    }
    at += 1;
    if (at === text.length && text.endsWith(',')) fault('ATTRIBUTE_SYNTAX', 'ends with a comma');
  }
  return attributes;
}

function checkType(name: string, value: string, fault: SyntaxFault): void {
  if (value === '') {
    fault('ATTRIBUTE_SYNTAX', `has the attribute ${name} without a value`);
    return;
  }
  if (value.startsWith('"') && !/^"[^"]*"$/.test(value)) {
    fault('ATTRIBUTE_SYNTAX', `does not end the quotes of its attribute ${name}`);
    return;
  }
  const type = ATTRIBUTE_TYPES.get(name);
  if (type === undefined || isOfType(type, value) || value.includes('{$')) return;
  fault('ATTRIBUTE_TYPE', `has the attribute ${name}, which is not ${TYPE_WORDS[type]}`);
}

const LONGEST_SHOWN = 40;

/** Quotations of foreign text are short, and on one line. */
const shown = (text: string): string =>
  `"${text.slice(0, LONGEST_SHOWN).replace(/\p{Cc}/gu, ' ')}${text.length > LONGEST_SHOWN ? '…' : ''}"`;
