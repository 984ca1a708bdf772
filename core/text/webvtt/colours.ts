/** Colours that WebVTT has classes for (W3C WebVTT, 5.1); `bg_` before them colours what is behind. */
const CLASSES: Readonly<Record<string, string>> = {
  '#ffffff': 'white',
  '#00ff00': 'lime',
  '#00ffff': 'cyan',
  '#ff0000': 'red',
  '#ffff00': 'yellow',
  '#ff00ff': 'magenta',
  '#0000ff': 'blue',
  '#000000': 'black',
};

/** Colours by name: those of TTML2 (8.3.7), which HTML has too, and the one that SubRip files add to them. */
const NAMES: Readonly<Record<string, string>> = {
  transparent: '#00000000',
  black: '#000000',
  silver: '#c0c0c0',
  gray: '#808080',
  white: '#ffffff',
  maroon: '#800000',
  red: '#ff0000',
  purple: '#800080',
  fuchsia: '#ff00ff',
  magenta: '#ff00ff',
  green: '#008000',
  lime: '#00ff00',
  olive: '#808000',
  yellow: '#ffff00',
  navy: '#000080',
  blue: '#0000ff',
  teal: '#008080',
  aqua: '#00ffff',
  cyan: '#00ffff',
  orange: '#ffa500',
};

/** A colour as `#rrggbb`, or `#rrggbbaa` where it is not opaque. `undefined`: it is none. */
export function parseColour(text: string): string | undefined {
  const value = text.trim().toLowerCase();
  if (Object.hasOwn(NAMES, value)) return NAMES[value];
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/.exec(value);
  if (short !== null)
    return `#${short
      .slice(1)
      .map((digit) => digit + digit)
      .join('')}`;
  const long = /^#?([0-9a-f]{6})([0-9a-f]{2})?$/.exec(value);
  if (long !== null) return `#${long[1]}${long[2] === 'ff' ? '' : (long[2] ?? '')}`;
  const parts = /^rgba?\((\d{1,3}),(\d{1,3}),(\d{1,3})(?:,(\d{1,3}))?\)$/.exec(value.replaceAll(' ', ''));
  if (parts === null) return undefined;
  const numbers = parts
    .slice(1)
    .filter((part) => part !== undefined)
    .map(Number);
  if (numbers.some((number) => number > 255)) return undefined;
  return parseColour(`#${numbers.map((number) => number.toString(16).padStart(2, '0')).join('')}`);
}

/** The classes that stand for the colours of a document, and the STYLE block that says which they are. */
export class ColourClasses {
  readonly #rules = new Map<string, string>();

  /** @param colour as `parseColour` answers it */
  classOf(colour: string, property: 'color' | 'background-color' = 'color'): string {
    const name = `${property === 'color' ? '' : 'bg_'}${CLASSES[colour] ?? `c${colour.slice(1)}`}`;
    this.#rules.set(name, `::cue(.${name}) { ${property}: ${colour} }`);
    return name;
  }

  /** Players without the classes of the standard need a rule for those as well. */
  styles(): string[] {
    return this.#rules.size === 0 ? [] : [[...this.#rules.values()].join('\n')];
  }
}
