import { stripVTControlCharacters, styleText } from 'node:util';

export { bytes, count, duration, wholeDuration } from '../base/figures.ts';

/** Bytes a second, always in MB so that figures of several runs compare: `4.2 MB/s`, `812 MB/s`. */
export const rate = (bytesPerSecond: number): string => `${decimal(bytesPerSecond / 1e6)} MB/s`;

/** `12x`, `4.3x`. */
export const factor = (value: number): string => `${decimal(value)}x`;

const decimal = (value: number): string => (value < 9.95 ? value.toFixed(1) : String(Math.round(value)));

/** ` 45 %`: rounded down, so that 100 % is only ever said of what is complete. */
export const percent = (done: number, total: number): string =>
  `${String(total > 0 ? Math.floor((done / total) * 100) : 100).padStart(3)} %`;

/** A progress bar `width` characters long. */
export function bar(done: number, total: number, width: number): string {
  const filled = total > 0 ? Math.floor((done / total) * width) : width;
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}

/** Characters that take two columns of a terminal: East Asian wide ones, and pictures. */
const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/gu;

/** Columns of a terminal that a text takes, which may have colours. */
export function columnsOf(text: string): number {
  const plain = stripVTControlCharacters(text);
  return [...plain.replace(/\p{M}/gu, '')].length + (plain.match(WIDE)?.length ?? 0);
}

/** Cut to `width` columns of a terminal, with an ellipsis; no character is cut in two. Without colours. */
export function truncate(text: string, width: number): string {
  if (columnsOf(text) <= width) return text;
  let cut = '';
  for (const character of text) {
    if (columnsOf(cut + character) > width - 1) break;
    cut += character;
  }
  return `${cut}…`;
}

/** Filled up to `width` columns. */
export const padded = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - columnsOf(text)));

/** Rows with their cells below each other, two spaces apart; the last cell of each is as long as it is. */
export function alignRows(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.slice(0, -1).entries())
      widths[column] = Math.max(widths[column] ?? 0, columnsOf(cell));
  return rows.map((row) =>
    row
      .map((cell, column) => padded(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/**
 * A line that is longer than the terminal is wide, broken between words. What follows is indented as the line, and by two more.
 * A word that is too long by itself, such as a path, stays whole: it can then be selected as one.
 */
export function wrapLine(line: string, columns: number): string {
  if (columnsOf(line) <= columns) return line;
  const indent = `${/^ */.exec(line)?.[0]}  `;
  const lines: string[] = [];
  let row = '';
  for (const [, gap = '', word = ''] of line.matchAll(/( *)([^ ]+)/g)) {
    if (row.trim() !== '' && columnsOf(row + gap + word) > columns) {
      lines.push(row);
      row = indent + word;
    } else row += gap + word;
  }
  return [...lines, row].join('\n');
}

/** The same for each line of a text; `undefined` columns: no terminal, whose reader wraps for himself. */
export const wrapLines = (text: string, columns: number | undefined): string =>
  columns === undefined
    ? text
    : text
        .split('\n')
        .map((line) => wrapLine(line, columns))
        .join('\n');

/** Text from outside (file names, messages of servers) without what a terminal would obey. */
export const printable = (text: string): string => text.replace(/[^\P{Cc}\n]/gu, '\uFFFD');

/** The same for a name, which is never to begin a line of its own. */
export const printableName = (name: string): string => name.replace(/\p{Cc}/gu, '\uFFFD');

/** Colours for a stream, or none. */
export interface Paint {
  strong(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  notice(text: string): string;
}

const styled = (format: Parameters<typeof styleText>[0]) => (text: string) =>
  styleText(format, text, { validateStream: false });
const asIs = (text: string): string => text;

export const COLOUR: Paint = {
  strong: styled('bold'),
  dim: styled('dim'),
  good: styled('green'),
  bad: styled('red'),
  notice: styled('yellow'),
};

export const NO_COLOUR: Paint = { strong: asIs, dim: asIs, good: asIs, bad: asIs, notice: asIs };
