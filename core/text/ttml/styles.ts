import { elementsOf, type TtElement } from './elements.ts';
import type { Style } from './style.ts';
import { LOST_OF_BOX, LOST_OF_TEXT } from './style-losses.ts';

/** What text has from what it stands in (TTML2, 10.2). The others are of the element that says them. */
const INHERITED = [
  'tts:color',
  'tts:direction',
  'tts:fontStyle',
  'tts:fontWeight',
  'tts:textAlign',
  'tts:textDecoration',
  'tts:visibility',
  ...LOST_OF_TEXT.filter((name) => !['tts:textAlign', 'tts:textDecoration'].includes(name)),
];

const OWN = [
  'tts:backgroundColor',
  'tts:display',
  'tts:displayAlign',
  'tts:extent',
  'tts:origin',
  'tts:position',
  'tts:ruby',
  'tts:unicodeBidi',
  'tts:writingMode',
  ...LOST_OF_BOX,
];

const ALL = [...INHERITED, ...OWN];

/** As many styles as refer to each other in a row. */
const LONGEST_CHAIN = 32;

/** What the elements of a document say of themselves, by attributes and by reference. */
export class Styles {
  readonly #elements: ReadonlyMap<string, TtElement>;
  readonly #resolved = new Map<string, Style>();
  /** What is in force where nobody says anything (`initial`, TTML2, 10.1.1). */
  readonly initial: Style;

  /** @param head of the document */
  constructor(head: TtElement | undefined) {
    const styles = elementsOf(head, 'styling').flatMap((styling) => elementsOf(styling, 'style'));
    this.#elements = new Map(styles.map((style) => [style.attributes['xml:id'] ?? '', style]));
    const initials = elementsOf(head, 'styling').flatMap((styling) => elementsOf(styling, 'initial'));
    const said: Record<string, string> = {};
    for (const initial of initials) Object.assign(said, this.specified(initial));
    this.initial = said;
  }

  /** What an element says: of several styles the last, and its own attributes before all (TTML2, 10.4.4.2). */
  specified(element: TtElement, depth = 0): Style {
    const { attributes } = element;
    const style: Record<string, string> = {};
    for (const id of new Set((attributes['style'] ?? '').split(/\s+/))) {
      if (id !== '') Object.assign(style, this.#reference(id, depth));
    }
    // Regions have styles as children, too (TTML2, 11.1.2).
    for (const child of elementsOf(element, 'style')) Object.assign(style, this.specified(child, depth + 1));
    for (const name of ALL) {
      const value = attributes[name];
      if (value !== undefined) style[name] = value.trim();
    }
    return style;
  }

  #reference(id: string, depth: number): Style {
    const known = this.#resolved.get(id);
    if (known !== undefined) return known;
    const element = this.#elements.get(id);
    if (element === undefined || depth > LONGEST_CHAIN) return {};
    // A style that refers to itself in the end finds nothing there.
    this.#resolved.set(id, {});
    const style = this.specified(element, depth + 1);
    this.#resolved.set(id, style);
    return style;
  }
}

/** What children have of a style, unless they say otherwise. */
export function inherited(style: Style): Style {
  const kept: Record<string, string> = {};
  for (const name of INHERITED) if (style[name] !== undefined) kept[name] = style[name];
  return kept;
}

/** Of an element, from that of its parent. `textDecoration` adds and takes away (TTML2, 10.2.44). */
export function computed(parent: Style, specified: Style): Style {
  const style = { ...inherited(parent), ...specified };
  const [before, own] = [parent['tts:textDecoration'], specified['tts:textDecoration']];
  if (before !== undefined && own !== undefined && !/\b(?:none|noUnderline|underline)\b/.test(own)) {
    return { ...style, 'tts:textDecoration': `${before} ${own}` };
  }
  return style;
}
