/** Markup that is whole as it is: what the template made, whose values are escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a template takes; lists one after the other, `undefined` and `false` are nothing. */
export type Content = Markup | string | number | undefined | false | readonly Content[];

/** Markup, in which all values that are no markup themselves are escaped. Values of attributes are always in double quotes. */
export const html = (strings: TemplateStringsArray, ...values: readonly Content[]): Markup =>
  new Markup(strings.map((text, index) => text + shown(values[index])).join(''));

function shown(content: Content): string {
  if (content === undefined || content === false) return '';
  if (content instanceof Markup) return content.text;
  return typeof content === 'object' ? content.map(shown).join('') : escaped(String(content));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Names come from outside. Control characters, halves of characters, and what turns the direction of the text that follows are
 * shown as U+FFFD: nobody is to read another name than is there.
 */
const UNSEEN =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/gu;

const escaped = (text: string): string =>
  text
    .replace(UNSEEN, (sign) => (sign === '\n' ? ' ' : '\uFFFD'))
    .replace(/[&<>"']/g, (sign) => ENTITIES[sign]!);
