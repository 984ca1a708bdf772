import type { SyntaxFault } from './attribute-list.ts';

/** A value may hold others, and what is doubled thirty times fills all memory. */
const LONGEST = 64 * 1024;
const REFERENCE = /\{\$([a-zA-Z0-9_-]+)\}/g;

/** Variables of a playlist (RFC 8216bis, 4.3 and 4.4.2.3). */
export class Variables {
  readonly #values = new Map<string, string>();
  /** Those of the multivariant playlist, which a media playlist imports by name. */
  readonly #imported: Variables | undefined;

  constructor(imported?: Variables) {
    this.#imported = imported;
  }

  /** EXT-X-DEFINE. @param attributes already replaced in */
  define(attributes: ReadonlyMap<string, string>, fault: SyntaxFault): void {
    const own = attributes.get('NAME');
    const imported = attributes.get('IMPORT');
    const query = attributes.get('QUERYPARAM');
    const names = [own, imported, query].filter((name) => name !== undefined);
    const [name] = names;
    if (name === undefined || names.length > 1) {
      fault('DEFINE_SYNTAX', 'has not one of NAME, IMPORT and QUERYPARAM');
      return;
    }
    if (this.#values.has(name)) fault('DEFINE_TWICE', `defines the variable ${name} again`);
    const value = own !== undefined ? attributes.get('VALUE') : imported && this.#imported?.get(imported);
    if (value === undefined) {
      fault('VARIABLE_UNDEFINED', `gives the variable ${name} no value that is known`);
    }
    this.#values.set(name, value ?? '');
  }

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** A text with the values of its variables. */
  replaced(text: string, fault: SyntaxFault): string {
    if (!text.includes('{$')) return text;
    let length = 0;
    const result = text.replace(REFERENCE, (reference, name: string) => {
      const value = this.#values.get(name);
      if (value === undefined)
        fault('VARIABLE_UNDEFINED', `refers to the variable ${name}, which is not defined`);
      length += value?.length ?? 0;
      return length > LONGEST ? '' : (value ?? reference);
    });
    if (length > LONGEST) fault('VARIABLE_TOO_LONG', `has variables of more than ${LONGEST} characters`);
    return result;
  }
}
