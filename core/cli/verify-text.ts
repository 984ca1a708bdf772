import { grouped } from '../base/grouped.ts';
import type { PackageVerification, TitleVerification } from '../engine/verify/verification.ts';
import type { Claim, Finding, Severity } from '../inspect/findings/finding.ts';
import { alignRows, count, NO_COLOUR, type Paint, printable, printableName, wrapLines } from './format.ts';

export interface VerifyTextOptions {
  /** Width of the terminal. @default lines are not broken */
  readonly columns?: number | undefined;
  readonly paint?: Paint;
}

/** What was found out, for people: each package with what is proved of it, then what is wrong, the worst first. */
export function verifyText(
  result: TitleVerification,
  { columns, paint = NO_COLOUR }: VerifyTextOptions = {},
): string {
  const { packages, findings } = result;
  const text = [
    ...packages.flatMap((one) => packageLines(one, paint)),
    ...(['error', 'warning', 'notice'] as const).flatMap((severity) =>
      findings.filter((one) => one.severity === severity).flatMap((one) => findingLines(one, paint)),
    ),
    '',
  ].join('\n');
  return wrapLines(text, columns);
}

/** The last line of all: the verdict. */
export function verdictLine(
  results: readonly TitleVerification[],
  { columns, paint = NO_COLOUR }: VerifyTextOptions = {},
): string {
  const text = results
    .map(({ verdict, summary }) => {
      const word = verdict === 'faulty' ? paint.bad : verdict === 'proved' ? paint.good : paint.notice;
      return `${word(printable(summary))}\n`;
    })
    .join('');
  return wrapLines(text, columns);
}

function packageLines({ path, verdict, claims }: PackageVerification, paint: Paint): string[] {
  const rows = [...grouped(claims, ({ what, assurance, why = '' }) => `${assurance} ${what} ${why}`)].map(
    ([, same]) => claimRow(same!),
  );
  const word = verdict === 'faulty' ? paint.bad(verdict) : verdict;
  return [`${paint.strong(printableName(path))}  ${word}`, ...alignRows(rows).map((row) => `  ${row}`), ''];
}

const WORDS: Readonly<Record<Claim['what'], string>> = {
  samples: 'sample',
  cues: 'cue',
  images: 'image',
  manifest: 'rendition',
  file: 'byte',
};

const PLACES: Readonly<Record<Claim['what'], string>> = {
  samples: 'track',
  cues: 'track',
  images: 'set',
  manifest: 'manifest',
  file: 'file',
};

/** Claims of one kind, with one reason, in one row. */
function claimRow(claims: readonly Claim[]): string[] {
  const [{ what, assurance, why }] = claims as [Claim];
  const all = claims.reduce((sum, claim) => sum + claim.count, 0);
  const where = `${count(all, WORDS[what])} in ${count(claims.length, PLACES[what])}`;
  return [assurance, where, ...(why === undefined ? [] : [printable(why)])];
}

const LABELS: Readonly<Record<Severity, (paint: Paint) => string>> = {
  error: (paint) => paint.bad('error:'),
  warning: (paint) => paint.notice('warning:'),
  notice: () => 'notice:',
};

function findingLines(finding: Finding, paint: Paint): string[] {
  const { severity, code, message, expected, found, clause, mend, count: times = 1 } = finding;
  const row = (name: string, text: string) => `  ${paint.dim(`${name}:`)} ${printable(text)}`;
  const more = times > 1 ? ` (${times} times)` : '';
  return [
    `${LABELS[severity](paint)} ${printable(message)}${more}`,
    ...(expected === undefined ? [] : [row('expected', expected)]),
    ...(found === undefined ? [] : [row('found', found)]),
    row('fix', mend),
    row('where', placeOf(finding)),
    ...(clause === undefined ? [] : [row('rule', clause)]),
    row('code', code),
  ];
}

function placeOf({ file, offset, time }: Finding): string {
  return [
    file,
    ...(offset === undefined ? [] : [`byte ${offset}`]),
    ...(time === undefined ? [] : [`${time.toFixed(3)} s`]),
  ].join(', ');
}
