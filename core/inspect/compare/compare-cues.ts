import type { Claim, Finding } from '../findings/finding.ts';
import type { FindingCode } from '../findings/kinds/index.ts';
import { finding } from '../findings/make.ts';
import type { SourceCue, SourceTrack } from '../model/source-title.ts';
import { spokenLanguage } from '../model/spoken-language.ts';
import { compareLanguage } from './compare-language.ts';
import { CUE_TOLERANCE } from './plain-cues.ts';

/** Subtitles of a package, read. */
export interface OutputCues {
  readonly rendition: string;
  /** The first of its files. */
  readonly file: string;
  /** As the manifest says it, and as the media do. */
  readonly listed: string | undefined;
  readonly coded: string | undefined;
  /** As `plainCues` makes them. */
  readonly cues: readonly SourceCue[];
}

/** A track of text of the source. */
export type SourceText = SourceTrack & { readonly cues: readonly SourceCue[] };

/** What came of comparing subtitles with those of the source. */
export interface ComparedCues {
  readonly findings: readonly Finding[];
  readonly claims: readonly Claim[];
  readonly found: SourceTrack | undefined;
}

/** Compare subtitles with the track of the source whose language they have; where another has these words, they are that one's. */
export function compareCues(output: OutputCues, sources: readonly SourceText[]): ComparedCues {
  const { rendition, file, listed, coded, cues } = output;
  const language = listed ?? coded;
  const place = { file, rendition };
  const spoken = spokenLanguage(language);
  const ranked = sources
    .map((source) => ({
      source,
      differences: differencesOf(cues, source.cues),
      isOwn: spokenLanguage(source.language) === spoken,
    }))
    .sort(
      (one, other) =>
        count(one.differences) - count(other.differences) || Number(other.isOwn) - Number(one.isOwn),
    );
  const own = ranked.find(({ isOwn }) => isOwn) ?? ranked[0];
  const [best] = ranked;
  if (!own || !best) {
    const unknown = finding(
      'TRACK_UNKNOWN',
      place,
      `${rendition}: the source has no subtitles that these could be.`,
    );
    return { findings: [unknown], claims: [], found: undefined };
  }
  const isSwapped = !best.isOwn && own.isOwn && count(best.differences) === 0 && cues.length > 0;
  const chosen = isSwapped ? best : own;
  const findings = tell(chosen.differences, output, chosen.source.name);
  // Where most cues are others, nobody knows whose they are.
  if (count(chosen.differences) * 2 < cues.length)
    for (const one of compareLanguage(output, chosen.source)) findings.push(one);
  if (isSwapped) {
    const what = `${rendition}: the subtitles "${language}" are others: ${best.source.name}.`;
    findings.unshift(
      finding('TRACK_SWAPPED', place, what, { expected: language ?? '', found: best.source.name }),
    );
  }
  const claim: Claim = { rendition, what: 'cues', assurance: 'proved', count: cues.length };
  return { findings, claims: findings.length === 0 ? [claim] : [], found: chosen.source };
}

/** What differs: pairs of cues, and those that only one side has. */
interface Differences {
  readonly times: readonly (readonly [output: SourceCue, source: SourceCue])[];
  readonly texts: readonly (readonly [output: SourceCue, source: SourceCue])[];
  readonly lost: readonly SourceCue[];
  readonly added: readonly SourceCue[];
}

const count = ({ times, texts, lost, added }: Differences): number =>
  times.length + texts.length + lost.length + added.length;

/** First cues that are the same, then those of one text, then those of one time: what is left is lost, or too many. */
function differencesOf(outputs: readonly SourceCue[], sources: readonly SourceCue[]): Differences {
  const tolerance = CUE_TOLERANCE / 1000 + 1e-6;
  const isNear = (one: number, other: number) => Math.abs(one - other) <= tolerance;
  const same = pairs(
    outputs,
    sources,
    ({ text }) => text,
    (one, other) => isNear(one.start, other.start) && isNear(one.end, other.end),
  );
  const times = pairs(
    same.outputs,
    same.sources,
    ({ text }) => text,
    (one, other) => one.start < other.end + LATE && other.start < one.end + LATE,
  );
  const bySecond = ({ start }: SourceCue) => String(Math.round(start));
  const texts = pairs(times.outputs, times.sources, bySecond, (one, other) => isNear(one.start, other.start));
  return { times: times.found, texts: texts.found, lost: texts.sources, added: texts.outputs };
}

/** Seconds that a cue may be off and still be the one of that text. */
const LATE = 60;

interface Pairs {
  readonly found: (readonly [SourceCue, SourceCue])[];
  /** What is left of both. */
  readonly outputs: SourceCue[];
  readonly sources: SourceCue[];
}

function pairs(
  outputs: readonly SourceCue[],
  sources: readonly SourceCue[],
  keyOf: (cue: SourceCue) => string,
  isPair: (one: SourceCue, other: SourceCue) => boolean,
): Pairs {
  const waiting = new Map<string, SourceCue[]>();
  for (const cue of sources) waiting.set(keyOf(cue), [...(waiting.get(keyOf(cue)) ?? []), cue]);
  const found: [SourceCue, SourceCue][] = [];
  const left: SourceCue[] = [];
  for (const cue of outputs) {
    const own = waiting.get(keyOf(cue)) ?? [];
    const at = own.findIndex((other) => isPair(cue, other));
    if (at < 0) left.push(cue);
    else found.push([cue, own.splice(at, 1)[0]!]);
  }
  const taken = new Set(found.map(([, source]) => source));
  return { found, outputs: left, sources: sources.filter((cue) => !taken.has(cue)) };
}

function tell({ times, texts, lost, added }: Differences, output: OutputCues, source: string): Finding[] {
  const { rendition, file } = output;
  const one = (
    code: FindingCode,
    first: SourceCue,
    number: number,
    what: string,
    difference: { expected?: string; found?: string } = {},
  ): Finding => {
    const told = finding(code, { file, rendition, time: first.start }, `${rendition}: ${what}`, difference);
    return number > 1 ? { ...told, count: number } : told;
  };
  const findings: Finding[] = [];
  const [time] = times;
  if (time) {
    const [shown, expected] = time;
    const what = `the cue "${quoted(expected)}" of ${source} is shown at another time.`;
    findings.push(
      one('CUE_TIME', expected, times.length, what, { expected: span(expected), found: span(shown) }),
    );
  }
  const [text] = texts;
  if (text) {
    const [shown, expected] = text;
    const what = `the cue at ${expected.start.toFixed(3)} s says something else than in ${source}.`;
    findings.push(
      one('CUE_TEXT', expected, texts.length, what, { expected: quoted(expected), found: quoted(shown) }),
    );
  }
  const [missing] = lost;
  if (missing)
    findings.push(
      one(
        'CUE_LOST',
        missing,
        lost.length,
        `the cue "${quoted(missing)}" of ${source} is missing, at ${span(missing)}.`,
      ),
    );
  const [more] = added;
  if (more)
    findings.push(
      one(
        'CUE_ADDED',
        more,
        added.length,
        `the cue "${quoted(more)}", at ${span(more)}, is none of ${source}.`,
      ),
    );
  return findings;
}

const span = ({ start, end }: SourceCue): string => `${start.toFixed(3)} s to ${end.toFixed(3)} s`;

/** The first words. */
const quoted = ({ text }: SourceCue): string => {
  const line = text.replaceAll('\n', ' / ');
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
};
