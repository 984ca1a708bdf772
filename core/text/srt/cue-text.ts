import { type ColourClasses, parseColour } from '../webvtt/colours.ts';
import { CueTextWriter } from '../webvtt/cue-text.ts';
import { placeSettings } from '../webvtt/places.ts';

/** A text of SubRip, as WebVTT has it. */
export interface SubripText {
  readonly payload: string;
  readonly settings?: string;
  /** Tags that WebVTT has no word for. */
  readonly lost: readonly string[];
}

/** Tags that players of SubRip know, commands of SubStation Alpha in braces, and references to characters. */
const MARKUP =
  /<(\/?)(b|i|u|s|font)(?:[ \t]([^<>]{0,200}))?>|\{\\([^{}]{0,200})\}|&(?:amp|lt|gt|nbsp|lrm|rlm|#\d{1,7}|#x[0-9a-f]{1,6});/gi;
const COLOUR = /\bcolor[ \t]*=[ \t]*(?:"([^"]*)"|'([^']*)'|([^ \t"'>]+))/i;

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
    if (commands !== undefined) settings ??= commandSettings(commands, lost);
    else if (tag === undefined) writer.raw(whole);
    else if (slash === '/') writer.close(tag.toLowerCase());
    else writer.open(tag.toLowerCase(), tagOf(tag.toLowerCase(), attributes ?? '', colours, lost));
  }
  writer.text(source.slice(at));
  return { payload: writer.end(), ...(settings !== undefined && { settings }), lost };
}

function tagOf(name: string, attributes: string, colours: ColourClasses, lost: string[]): string {
  if (name !== 'font' && name !== 's') return name;
  const match = name === 'font' ? COLOUR.exec(attributes) : null;
  const colour = match && parseColour(match[1] ?? match[2] ?? match[3]!);
  if (colour) return `c.${colours.classOf(colour)}`;
  lost.push(name === 's' ? '<s>' : '<font> without a colour that is one');
  return '';
}

/** `\an8`, or `\a6` of old: where it stands. All else that can stand in braces is lost. */
function commandSettings(commands: string, lost: string[]): string | undefined {
  for (const command of commands.split('\\')) {
    const place = /^an([1-9])$/.exec(command);
    const old = /^a([1-3]|[5-7]|9|1[01])$/.exec(command);
    const number = Number((place ?? old)?.[1] ?? 0);
    if (number === 0) lost.push(`{\\${command.slice(0, 20)}}`);
    else if (place !== null) {
      return placeSettings({
        vertical: ROWS[Math.floor((number - 1) / 3)]!,
        horizontal: COLUMNS[(number - 1) % 3]!,
      });
    } else {
      return placeSettings({ vertical: OLD_ROWS[number >> 2]!, horizontal: COLUMNS[(number & 3) - 1]! });
    }
  }
  return undefined;
}

/** What is told of tags that `subripText` lost. */
export function lostNotice(lost: ReadonlySet<string>): string[] {
  const [first] = lost;
  if (first === undefined) return [];
  const more = lost.size > 1 ? `, and ${lost.size - 1} more` : '';
  return [`What WebVTT has no word for is left out: ${first}${more}.`];
}
