import { bytes, count } from '../../base/figures.ts';
import type { Claim, Finding, Verification } from '../../inspect/findings/finding.ts';

/** One line for people. */
export function summaryOf(
  verdict: Verification['verdict'],
  findings: readonly Finding[],
  claims: readonly Claim[],
): string {
  const number = (severity: Finding['severity']) =>
    findings.filter((one) => one.severity === severity).length;
  const [errors, warnings] = [number('error'), number('warning')];
  const more = warnings > 0 ? `, ${count(warnings, 'warning')}` : '';
  if (verdict === 'faulty') return `faulty: ${count(errors, 'error')}${more}`;
  const samples = claims.filter(({ what }) => what === 'samples');
  const sum = (assurance: Claim['assurance']) =>
    samples.filter((claim) => claim.assurance === assurance).reduce((all, claim) => all + claim.count, 0);
  const whole = claims.filter(({ what, assurance }) => what === 'file' && assurance === 'proved');
  const parts = [
    [sum('proved'), 'the same as in the source'],
    [sum('form'), 'sound by their form'],
    [sum('unchecked'), 'not looked at'],
  ] as const;
  const told = parts.flatMap(([samples, what]) =>
    samples > 0 ? [`${count(samples, 'sample')} ${what}`] : [],
  );
  if (whole.length > 0)
    told.push(
      `${bytes(whole.reduce((all, claim) => all + claim.count, 0))} of ${count(whole.length, 'whole file')} the same as the inputs`,
    );
  const word = verdict === 'proved' ? 'proved' : 'nothing is wrong as far as that shows';
  return `${word}: ${told.join(', ') || 'no samples'}${more}`;
}
