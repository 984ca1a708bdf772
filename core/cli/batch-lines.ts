import type { AlreadyThere, Outcome, TitleHeading, TitleResult } from './display.ts';
import { errorDetails, isCancelled } from './errors.ts';
import {
  alignRows,
  bytes,
  count,
  duration,
  NO_COLOUR,
  type Paint,
  printable,
  printableName,
} from './format.ts';
import { tallyOf } from './tally.ts';

/** How a title of a batch is called where a line has to do: by its content id, or by its first input. */
export const shortName = ({ contentId, inputs }: TitleHeading): string =>
  printableName(contentId ?? inputs[0] ?? 'no input');

/** All that is told of a title of a batch: `12/300 written  film-12: 3 files, 12.0 MB in 0.37 s`. Why it failed is told by the command. */
export function titleLine(
  heading: TitleHeading,
  outcome: Outcome | AlreadyThere,
  paint: Paint = NO_COLOUR,
): string {
  const place = `${String(heading.number).padStart(String(heading.of).length)}/${heading.of}`;
  const name = shortName(heading);
  if ('exists' in outcome) return `${place} ${paint.notice('there')}    ${name}`;
  if ('error' in outcome) {
    if (isCancelled(outcome.error)) return `${place} ${paint.notice('cancelled')} ${name}`;
    const { code } = errorDetails(outcome.error);
    if (outcome.again === undefined) return `${place} ${paint.bad('failed')}   ${name}: ${code}`;
    return `${place} ${paint.notice('again')}    ${name}: ${code}, tried again in ${outcome.again} s`;
  }
  const { contentId, modes, elapsedSeconds, warnings } = outcome.report;
  const files = modes.reduce((sum, mode) => sum + mode.files.length, 0);
  const size = modes.reduce((sum, mode) => sum + mode.bytes, 0);
  const warned = warnings.length > 0 ? paint.notice(`, ${count(warnings.length, 'warning')}`) : '';
  const what = `${count(files, 'file')}, ${bytes(size)} in ${duration(elapsedSeconds)}`;
  return `${place} ${paint.good('written')}  ${printableName(contentId)}: ${what}${warned}`;
}

/** After the last title of a batch: the whole in figures, and a table of those that failed. */
export function batchLines(results: readonly TitleResult[], of: number, paint: Paint): string[] {
  const { written, exists, failed, cancelled, left, bytesRead, bytesWritten } = tallyOf(results, of);
  const rows = results.flatMap(({ heading, outcome }) => {
    if (!('error' in outcome) || isCancelled(outcome.error)) return [];
    const { code, message } = errorDetails(outcome.error);
    const [sentence = ''] = message.split('\n', 1);
    return [[`  ${heading.number}`, shortName(heading), code, printable(sentence)]];
  });
  return [
    '',
    ...(rows.length > 0 ? [paint.bad(`${count(rows.length, 'title')} failed:`), ...alignRows(rows), ''] : []),
    [
      `${count(of, 'title')}: ${written} written`,
      ...(exists > 0 ? [`${exists} already there`] : []),
      failed > 0 ? paint.bad(`${failed} failed`) : 'none failed',
      ...(cancelled > 0 ? [`${cancelled} cancelled`] : []),
      ...(left > 0 ? [`${left} not begun`] : []),
      `${bytes(bytesRead)} read`,
      `${bytes(bytesWritten)} written`,
    ].join(', '),
  ];
}
