import { type ColourClasses, parseColour } from '../webvtt/colours.ts';
import { CueTextWriter } from '../webvtt/cue-text.ts';
import { type Place, placeSettings } from '../webvtt/places.ts';

/** A text of SubRip, as WebVTT has it. */
export interface SubripText {
  readonly payload: string;
  readonly settings?: string;
  /** What is not in it: tags that WebVTT has no word for. */
  readonly lost: readonly string[];
}

/** Tags that players of SubRip know, commands of SubStation Alpha in braces, and references to characters. */
const MARKUP =
  /<(\/?)(b|i|u|s|font)(?:[ \t]([^<>]{0,200}))?>|\{\\([^{}]{0,200})\}|&(?:amp|lt|gt|nbsp|lrm|rlm|#\d{1,7}|#x[0-9a-f]{1,6});/gi;
const COLOUR = /\bcolor[ \t]*=[ \t]*(?:"([^"]*)"|'([^']*)'|([^ \t"'>]+))/i;

/** What else a font may have. */
const FONT = /\b(size|face)[ \t]*=/gi;

/** What lives in players alone: a row of the keypad, from the bottom, and a column. */
const ROWS = ['bottom', 'middle', 'top'] as const;
const COLUMNS = ['left', 'center', 'right'] as const;
/** The rows of `\a`, whose numbers are those of the bottom row, with 4 for the top and 8 for the middle. */
const OLD_ROWS: readonly ('bottom' | 'middle' | 'top')[] = ['bottom', 'top', 'middle'];

/** SubRip has no standard: this is what its players show. What looks like a tag and is none is text. */
export function subripText(source: string, colours: ColourClasses): SubripText {
  const writer = new CueTextWriter();
  const lost: string[] = [];
  let settings: string | undefined;
  let at = 0;
  for (const match of source.matchAll(MARKUP)) {
    writer.text(source.slice(at, match.index));
    at = match.index + match[0].length;
    const [whole, slash, tag, attributes, commands] = match;
    if (commands !== undefined) settings = applyCommands(commands, writer, lost) ?? settings;
    else if (tag === undefined) writer.raw(whole);
    else if (slash === '/') writer.close(tag.toLowerCase());
    else writer.open(tag.toLowerCase(), tagOf(tag.toLowerCase(), attributes ?? '', colours, lost));
  }
  writer.text(source.slice(at));
  return { payload: writer.end(), ...(settings !== undefined && { settings }), lost };
}

function tagOf(name: string, attributes: string, colours: ColourClasses, lost: string[]): string {
  if (name !== 'font' && name !== 's') return name;
  if (name === 's') {
    lost.push('<s>');
    return '';
  }
  const match = COLOUR.exec(attributes);
  const colour = match && parseColour(match[1] ?? match[2] ?? match[3]!);
  if (match && !colour) lost.push('<font> with a colour that is none');
  for (const [, other] of attributes.matchAll(FONT)) lost.push(`<font ${other!.toLowerCase()}>`);
  return colour ? `c.${colours.classOf(colour)}` : '';
}

/**
 * Commands: bold, italic and underlined text, and `\an8`, or `\a6` of old: where it stands. All others are lost.
 * @returns the place, if they say one
 */
function applyCommands(commands: string, writer: CueTextWriter, lost: string[]): string | undefined {
  let settings: string | undefined;
  for (const command of commands.split('\\')) {
    const [, face, isOn] = /^([biu])([01])$/.exec(command) ?? [];
    const place = placeOf(command);
    if (face !== undefined && isOn === '1') writer.open(face, face);
    else if (face !== undefined) writer.close(face);
    else if (place !== undefined) settings ??= placeSettings(place);
    else lost.push(`{\\${/^\d?[a-z]{1,6}/.exec(command)?.[0] ?? command.slice(0, 20)}}`);
  }
  return settings;
}

function placeOf(command: string): Place | undefined {
  const place = Number(/^an([1-9])$/.exec(command)?.[1] ?? 0);
  if (place > 0) {
    return { vertical: ROWS[Math.floor((place - 1) / 3)]!, horizontal: COLUMNS[(place - 1) % 3]! };
  }
  const old = Number(/^a([1-3]|[5-7]|9|1[01])$/.exec(command)?.[1] ?? 0);
  return old > 0 ? { vertical: OLD_ROWS[old >> 2]!, horizontal: COLUMNS[(old & 3) - 1]! } : undefined;
}
