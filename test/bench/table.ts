/** A Markdown table; the first and the last column are text, those between are numbers. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(...[title, ...rows.map((row) => row[column]!)].map(length)),
  );
  const isText = (column: number) => column === 0 || column === head.length - 1;
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => pad(cell, widths[column]!, isText(column))).join(' | ')} |`;
  const rule = widths.map(
    (width, column) =>
      `${isText(column) ? ':' : '-'}${'-'.repeat(Math.max(width, 3) - 2)}${isText(column) ? '-' : ':'}`,
  );
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

const length = (text: string): number => [...text].length;

function pad(text: string, width: number, left: boolean): string {
  const space = ' '.repeat(Math.max(0, Math.max(width, 3) - length(text)));
  return left ? text + space : space + text;
}

/** MiB of a peak; `?` where it could not be measured. */
export const mebibytes = (bytes: number | undefined): string =>
  bytes === undefined ? '?' : (bytes / 2 ** 20).toFixed(0);

/** Megabytes of the source a second. */
export const speed = (bytes: number, seconds: number): string => (bytes / 1e6 / seconds).toFixed(0);

/** A promise of the project, and whether it is kept. */
export const verdict = (goal: string, met: boolean): string => `${goal}: ${met ? 'met' : 'missed'}`;
