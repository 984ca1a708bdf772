import { relative } from 'node:path';
import type { ModeReport, Report } from '../contract/report.ts';
import { nameOfReference, schemeOf } from '../io/reference.ts';
import { batchLines } from './batch-lines.ts';
import { type AlreadyThere, headingLine, type TitleHeading, type TitleResult } from './display.ts';
import { errorDetails, isCancelled } from './errors.ts';
import {
  bytes,
  count,
  duration,
  factor,
  NO_COLOUR,
  type Paint,
  printable,
  printableName,
  rate,
} from './format.ts';
import { tallyOf } from './tally.ts';
import { isBatch } from './titles.ts';

export interface SummaryOptions {
  /** Paths are shown relative to this folder. */
  readonly folder: string;
  /** Width of the terminal. @default enough */
  readonly columns?: number;
  readonly paint?: Paint;
}

/** Below this many columns names and key ids go under the figures. */
const NARROW = 70;

/** So many names and key ids of a mode are shown. */
const MOST_NAMES = 3;

/**
 * What was written, by mode: the sizes in columns, the names last because they may be long, key ids on lines of
 * their own so that they are never cut.
 */
export function summaryLines(report: Report, options: SummaryOptions): string[] {
  const { folder, columns = Number.POSITIVE_INFINITY, paint = NO_COLOUR } = options;
  const { modes, verification, warnings } = report;
  const total = modes.reduce((sum, mode) => sum + mode.bytes, 0);
  const files = modes.reduce((sum, mode) => sum + mode.files.length, 0);
  const isLocal = schemeOf(report.output) === undefined;
  const output = printable(isLocal ? relative(folder, report.output) || '.' : report.output);
  return [
    ...table(modes, columns < NARROW, paint),
    '',
    `${paint.good('Packaged')} ${paint.strong(printable(report.contentId))}: ${count(files, 'file')}, ${bytes(total)} in ${output}`,
    paceLine(report),
    ...(verification ? [`Verified, ${printable(verification.summary)}`] : []),
    ...(warnings.length > 0 ? [paint.notice(`${count(warnings.length, 'warning')}:`)] : []),
    ...warnings.map((warning) => `  ${printable(warning)}`),
  ];
}

function table(modes: readonly ModeReport[], narrow: boolean, paint: Paint): string[] {
  const width = Math.max(4, ...modes.map(({ mode }) => mode.length));
  const row = (mode: string, files: string, size: string) =>
    `${mode.padEnd(width)}  ${files.padStart(5)}  ${size.padStart(8)}`;
  const indent = ' '.repeat(narrow ? 2 : row('', '', '').length + 2);
  return [
    paint.dim(`${row('Mode', 'Files', 'Size')}${narrow ? '' : '  Output and key id'}`),
    ...modes.flatMap((mode) => {
      const figures = row(mode.mode, String(mode.files.length), bytes(mode.bytes));
      const { keyIds = [mode.keyId] } = mode;
      const [first = '', ...others] = [
        ...foremost(mode.outputs, 'file').map(printableName),
        ...foremost(keyIds, 'key').map(paint.dim),
      ];
      const under = (narrow ? [first, ...others] : others).map((name) => `${indent}${name}`);
      return [narrow ? figures : `${figures}  ${first}`, ...under];
    }),
  ];
}

/** The first of them; if there are many more, how many. */
function foremost(names: readonly string[], noun: string): string[] {
  const more = names.length - MOST_NAMES;
  return more > 1 ? [...names.slice(0, MOST_NAMES), `and ${count(more, `more ${noun}`)}`] : [...names];
}

/** `20.0 s of media in 0.42 s: 48x real time, 39 MB/s`. */
function paceLine({ duration: media, elapsedSeconds, bytesRead }: Report): string {
  // A clock that did not move between start and end gives no speed.
  const pace =
    elapsedSeconds > 0
      ? [
          ...(media > 0 ? [`${factor(media / elapsedSeconds)} real time`] : []),
          rate(bytesRead / elapsedSeconds),
        ]
      : [];
  const what = media > 0 ? `${duration(media)} of media` : bytes(bytesRead);
  return `${what} in ${duration(elapsedSeconds)}${pace.length > 0 ? `: ${pace.join(', ')}` : ''}`;
}

/** For a command with several titles: what became of each. */
export function titlesLines(results: readonly TitleResult[], paint: Paint = NO_COLOUR): string[] {
  const { of = 0 } = results[0]?.heading ?? {};
  if (isBatch({ of })) return batchLines(results, of, paint);
  if (results.length < 2) return [];
  const { written, failed, cancelled, exists: there } = tallyOf(results, of);
  return [
    '',
    [
      `${count(written, 'title')} written`,
      ...(there > 0 ? [`${there} already there`] : []),
      failed > 0 ? paint.bad(`${failed} failed`) : 'none failed',
      ...(cancelled > 0 ? [`${cancelled} cancelled`] : []),
    ].join(', '),
    ...results.map(({ heading, outcome }) => {
      const line = headingLine(heading);
      if ('error' in outcome && isCancelled(outcome.error)) return `  ${paint.notice('cancelled')} ${line}`;
      if ('error' in outcome) {
        return `  ${paint.bad('failed')}   ${line}: ${firstLine(errorDetails(outcome.error).message)}`;
      }
      if ('exists' in outcome) return `  ${paint.notice('there')}    ${line}`;
      const id = heading.contentId === undefined ? `: ${printable(outcome.report.contentId)}` : '';
      return `  ${paint.good('written')}  ${line}${id}`;
    }),
  ];
}

/** For a title of a list that was there already. */
export const skippedLines = (heading: TitleHeading, { exists, hasReceipt }: AlreadyThere): string[] => [
  headingLine(heading),
  `  already ${hasReceipt ? 'packaged' : 'there'}, as ${exists.map((path) => printableName(nameOfReference(path))).join(', ')}${hasReceipt ? ': its receipt is that of these inputs and options' : '; --overwrite packages it again'}`,
];

/** For a title that has failed and is tried again: `failed; tried again in 5 s: keys.example could not be asked: … (REQUEST_FAILED)`. */
export function againLine(error: unknown, seconds: number): string {
  const { code, message } = errorDetails(error);
  return `failed; tried again in ${seconds} s: ${firstLine(message)} (${code})`;
}

const firstLine = (text: string): string => printable(text.split('\n', 1)[0] ?? '');
