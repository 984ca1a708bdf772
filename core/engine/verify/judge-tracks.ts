import type { Compared } from '../../inspect/compare/compare-title.ts';
import type { OutputTrack } from '../../inspect/compare/output-track.ts';
import type { Claim, Finding } from '../../inspect/findings/finding.ts';
import { finding, unreadFindings } from '../../inspect/findings/make.ts';
import { TrackJudge } from '../../inspect/form/track-judge.ts';
import { type FormVerdict, sayForm } from '../../inspect/form/verdict.ts';

/** Where there is no source: judge all samples by their own bytes, once they are decrypted. */
export async function judgeTracks(
  outputs: readonly OutputTrack[],
  onTrack: () => void = () => undefined,
): Promise<Compared> {
  const findings: Finding[] = [];
  const claims: Claim[] = [];
  for (const output of outputs) {
    try {
      const judged = await judge(output);
      for (const one of judged.findings) findings.push(one);
      if (judged.findings.length === 0) claims.push(judged.claim);
    } catch (error) {
      for (const one of unreadFindings(error, output.rendition)) findings.push(one);
    }
    onTrack();
  }
  return { findings, claims, found: new Set() };
}

async function judge(output: OutputTrack): Promise<{ findings: Finding[]; claim: Claim }> {
  const { rendition, reader, onSegment, fileOf } = output;
  const samplesJudge = new TrackJudge(reader.track);
  const missing = new Set<string>();
  const files: string[] = [];
  let samples = 0;
  for await (const segment of reader.segments()) {
    onSegment?.(segment);
    samples += segment.count;
    for (const kid of segment.missingKeys) missing.add(kid);
    files[segment.index] ??= fileOf(segment);
    samplesJudge.add(segment);
  }
  const verdicts = samplesJudge.verdicts();
  const findings = verdicts.flatMap((verdict) => violation(verdict, output, files));
  const claim = { rendition, what: 'samples' as const, count: samples };
  if (missing.size > 0) {
    const why = `there is no key ${[...missing].join(', ')}`;
    return { findings, claim: { ...claim, assurance: 'unchecked', why } };
  }
  const [least] = verdicts.sort(
    (one, other) => (other.missProbability ?? -Infinity) - (one.missProbability ?? -Infinity),
  );
  if (!least || least.samples === 0) {
    const why = `nothing is known of samples of ${reader.track.entries[0]?.format ?? 'this kind'}`;
    return { findings, claim: { ...claim, assurance: 'unchecked', why } };
  }
  return { findings, claim: { ...claim, assurance: 'form', why: sayForm(least) } };
}

function violation(verdict: FormVerdict, { rendition }: OutputTrack, files: readonly string[]): Finding[] {
  const { first, violations } = verdict;
  if (!first) return [];
  const isWrongKey = verdict.keys.some(({ key }) => key === 'wrong');
  const place = { file: files[first.segment] ?? rendition, rendition };
  const one = finding(isWrongKey ? 'WRONG_KEY' : 'SAMPLE_FORM', place, `${rendition}: ${sayForm(verdict)}.`);
  return [violations > 1 ? { ...one, count: violations } : one];
}
