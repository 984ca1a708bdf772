/** A row of a file of comma-separated values, and where it begins. */
export interface CsvRow {
  /** From 1: a quoted cell may go on over several. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A mistake in such a file. */
export class CsvFault extends Error {
  readonly line: number;
  /** From 1. */
  readonly column: number;

  constructor(message: string, line: number, column: number) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

/**
 * The rows of a file of comma-separated values (RFC 4180), without those that are empty. Spreadsheets of languages that write decimals
 * with a comma put semicolons between the cells: where the first line has these and no comma, so it is in all of them.
 * @throws CsvFault for quotation marks that do not fit
 */
export function* csvRows(text: string): Generator<CsvRow> {
  const separator = separatorOf(text);
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const cells: string[] = [];
    const begin = line;
    for (let isOpen = true; isOpen; ) {
      const column = cells.length + 1;
      let cell: string;
      if (text[at] === '"') {
        const end = closingQuote(text, at);
        if (end < 0) throw new CsvFault('a quotation mark is never closed', line, column);
        cell = text.slice(at + 1, end).replaceAll('""', '"');
        line += cell.split('\n').length - 1;
        at = end + 1;
        if (at < text.length && text[at] !== separator && !/[\r\n]/.test(text[at]!))
          throw new CsvFault('text follows the closing quotation mark', line, column);
      } else {
        const end = endOfCell(text, at, separator);
        cell = text.slice(at, end);
        if (cell.includes('"'))
          throw new CsvFault('a quotation mark stands in a cell that does not begin with one', line, column);
        at = end;
      }
      cells.push(cell);
      isOpen = text[at] === separator;
      if (isOpen) at++;
    }
    if (text[at] === '\r') at++;
    if (text[at] === '\n') at++;
    line++;
    if (cells.some((cell) => cell !== '')) yield { line: begin, cells };
  }
}

function separatorOf(text: string): string {
  const first = /^(?:"(?:[^"]|"")*"|[^"\r\n])*/.exec(text)?.[0].replace(/"(?:[^"]|"")*"/g, '') ?? '';
  return first.includes(';') && !first.includes(',') ? ';' : ',';
}

function closingQuote(text: string, open: number): number {
  for (let at = open + 1; ; at += 2) {
    at = text.indexOf('"', at);
    if (at < 0 || text[at + 1] !== '"') return at;
  }
}

function endOfCell(text: string, from: number, separator: string): number {
  for (let at = from; at < text.length; at++) {
    const letter = text[at];
    if (letter === separator || letter === '\n' || letter === '\r') return at;
  }
  return text.length;
}
