import { inTurns } from '../../base/in-turns.ts';
import type { Claim, Finding } from '../findings/finding.ts';
import { finding, unreadFindings } from '../findings/make.ts';
import { TrackJudge } from '../form/track-judge.ts';
import type { SourceTitle, SourceTrack } from '../model/source-title.ts';
import { compareConfig } from './compare-config.ts';
import { compareLanguage } from './compare-language.ts';
import { compareSamples } from './compare-samples.ts';
import { RowComparison } from './equal-rows.ts';
import { type Candidate, candidatesFor } from './match-tracks.ts';
import { type OutputTrack, outputRows, sourceRows } from './output-track.ts';
import { SampleCursor } from './sample-rows.ts';
import { Tally } from './tally.ts';
import { tallyFindings } from './tally-findings.ts';

/** What came of comparing tracks with their sources. */
export interface Compared {
  readonly findings: readonly Finding[];
  readonly claims: readonly Claim[];
  /** The tracks of the source that an output holds. */
  readonly found: ReadonlySet<SourceTrack>;
}

/** So many samples tell two tracks apart. */
const TRIAL = 64;

/** Tracks at a time: one is read while another is compared. */
const AT_ONCE = 3;

/**
 * Compare every coded sample of the tracks of a package with the source's. Memory is flat: a few segments of each track that is
 * being compared.
 * @param onSamples told how many samples were looked at
 */
export async function compareTracks(
  { tracks }: SourceTitle,
  outputs: readonly OutputTrack[],
  onSamples: (count: number) => void = () => undefined,
): Promise<Compared> {
  const findings: Finding[] = [];
  const claims: Claim[] = [];
  const found = new Set<SourceTrack>();
  const compare = async (output: OutputTrack): Promise<void> => {
    try {
      const { source, tally, isSwapped } = await compareTrack(output, tracks);
      onSamples(tally.samples);
      if (tally.samples === 0 && output.isElsewhere) return;
      if (source === undefined) {
        findings.push(unknown(output));
        return;
      }
      found.add(source);
      const own = tallyFindings(tally, output, source.name);
      // Of another master all differs.
      if (!isOther(tally)) for (const one of factsOf(output, source)) own.push(one);
      if (isSwapped) findings.push(swapped(output, source));
      for (const one of own) findings.push(one);
      if (own.length === 0 && !isSwapped) claims.push(claimOf(output, tally));
    } catch (error) {
      for (const one of unreadFindings(error, output.rendition)) findings.push(one);
    }
  };
  const leading = leadersOf(outputs);
  await inTurns(leading, compare, AT_ONCE);
  const others = outputs.filter((output) => !leading.includes(output));
  await inTurns(others, compare, AT_ONCE);
  return { findings, claims, found };
}

/**
 * Find out what time it is in packages without a clock of their own, by the first samples of a track, as comparing all of it does: so
 * that no other track need wait for that. Where none of these is known, nothing is found.
 */
export async function findClocks({ tracks }: SourceTitle, outputs: readonly OutputTrack[]): Promise<void> {
  for (const output of leadersOf(outputs)) {
    const chosen = await choose(output, candidatesFor(output, tracks));
    if (chosen) await compareWith(output, chosen.source, { most: TRIAL, tellsTime: true });
  }
}

/** The first track of a package without a clock of its own tells it: of pictures, if there are any. */
function leadersOf(outputs: readonly OutputTrack[]): OutputTrack[] {
  const firsts = new Map(
    [...outputs]
      .reverse()
      .sort((one, other) => Number(isVideo(one)) - Number(isVideo(other)))
      .map((one) => [one.clock, one]),
  );
  return [...firsts.values()].filter(({ clock }) => clock.offset === undefined);
}

const isVideo = ({ reader, isPart }: OutputTrack): boolean => reader.track.kind === 'video' && !isPart;

interface TrackResult {
  readonly source: SourceTrack | undefined;
  readonly tally: Tally;
  /** It says that it is another one. */
  readonly isSwapped: boolean;
}

/** Find the source of a track by what is said of both; where its samples are others, by the samples. */
async function compareTrack(output: OutputTrack, sources: readonly SourceTrack[]): Promise<TrackResult> {
  const all = candidatesFor(output, sources);
  const chosen = await choose(output, all);
  if (!chosen) {
    for await (const segment of output.reader.segments()) output.onSegment?.(segment);
    return { source: undefined, tally: new Tally(), isSwapped: false };
  }
  const tally = await compareWith(output, chosen.source, { isTold: true });
  if (!isOther(tally) || tally.hasMissingKeys) {
    return { source: chosen.source, tally, isSwapped: false };
  }
  const others = all.filter((candidate) => candidate !== chosen);
  const other = await bestOf(output, others);
  if (!other) {
    // The key is right, and it is no track of this source: of another master, say.
    const source = (await isSound(output)) ? undefined : chosen.source;
    return { source, tally, isSwapped: false };
  }
  return {
    source: other.source,
    tally: await compareWith(output, other.source),
    isSwapped: other.score < chosen.score,
  };
}

/** What is said of its samples. */
function factsOf(output: OutputTrack, source: SourceTrack): Finding[] {
  const { rendition, language, reader } = output;
  const { kind, language: coded } = reader.track;
  const spoken = kind === 'audio' ? compareLanguage({ rendition, listed: language, coded }, source) : [];
  return [...compareConfig(output, source), ...spoken];
}

/** Most of it is nothing that the source has. */
const isOther = (tally: Tally): boolean => tally.countOf('differs') * 2 >= tally.samples;

/** The best by what is said of it; of several that are as good, the one whose samples these are. */
async function choose(output: OutputTrack, all: readonly Candidate[]): Promise<Candidate | undefined> {
  const [first] = all;
  const equals = all.filter(({ score }) => score === first?.score);
  return equals.length > 1 ? ((await bestOf(output, equals)) ?? first) : first;
}

/** Are samples by their own bytes what their codec says they are, under each of their keys? */
async function isSound({ reader }: OutputTrack): Promise<boolean> {
  const judge = new TrackJudge(reader.track);
  for await (const segment of reader.segments()) judge.add(segment);
  const keys = judge
    .verdicts()
    .flatMap((verdict) => verdict.keys)
    .filter(({ isProtected }) => isProtected);
  return keys.length > 0 && keys.every(({ key, violations }) => key === 'right' && violations === 0);
}

/** The one whose first samples these are; `undefined`: none. */
async function bestOf(output: OutputTrack, candidates: readonly Candidate[]): Promise<Candidate | undefined> {
  let best: Candidate | undefined;
  let most = 0;
  for (const candidate of candidates) {
    const { same } = await compareWith(output, candidate.source, { most: TRIAL });
    if (same <= most) continue;
    most = same;
    best = candidate;
  }
  return most * 2 > Math.min(TRIAL, most + 1) ? best : undefined;
}

interface Comparison {
  /** So many samples, as a trial. */
  readonly most?: number;
  /** Whoever looks at the segments beside is told of them. */
  readonly isTold?: boolean;
  /** It says what time it is: a track on trial does not, of which nobody knows whether it is the right one. */
  readonly tellsTime?: boolean;
}

async function compareWith(
  output: OutputTrack,
  source: SourceTrack,
  { most, isTold = false, tellsTime = most === undefined }: Comparison = {},
): Promise<Tally> {
  const tally = new Tally();
  const files: string[] = [];
  const { track } = output.reader;
  const { clock, rendition, isPart } = output;
  const clockHere = tellsTime ? clock : { ...clock };
  const cursors = {
    source: new SampleCursor(sourceRows(source.samples())),
    output: new SampleCursor(outputRows(output, tally, files, isTold)),
  };
  const framing = track.byteStream ? 0 : (nalLengthSize(output) ?? source.nalLengthSize);
  try {
    const rows = new RowComparison({ format: source.format, source: source.nalLengthSize, output: framing });
    await compareSamples(
      {
        ...cursors,
        rows,
        isSampleAes: () => track.entries.some(({ protection }) => protection?.scheme === 'sample-aes'),
        tally,
        files,
        rendition,
        isPart,
        tolerance: 1 / track.timescale + 1e-6,
        offset: (time, expected) => (clockHere.offset ??= time - expected),
        guess: (time, expected) => {
          clockHere.guess ??= time - expected;
        },
      },
      most,
    );
  } finally {
    await cursors.source.close();
    await cursors.output.close();
  }
  return tally;
}

/** lengthSizeMinusOne of the configuration (ISO/IEC 14496-15, 5.3.3.1 and 8.3.3.1). */
function nalLengthSize({ reader }: OutputTrack): number | undefined {
  const [entry] = reader.track.entries;
  const at = /^(avc|dva)/.test(entry?.format ?? '') ? 4 : 21;
  const byte = entry?.config[at];
  return byte === undefined ? undefined : (byte & 3) + 1;
}

function claimOf({ rendition }: OutputTrack, tally: Tally): Claim {
  const claim = { rendition, what: 'samples' as const, count: tally.samples };
  if (tally.hasMissingKeys)
    return { ...claim, assurance: 'unchecked', why: 'there is no key for some of its samples' };
  return { ...claim, assurance: 'proved' };
}

const unknown = ({ rendition, reader }: OutputTrack): Finding =>
  finding(
    'TRACK_UNKNOWN',
    { file: rendition, rendition },
    `${rendition}: the source has no ${reader.track.kind} track that this could be.`,
  );

const swapped = ({ rendition, language, reader }: OutputTrack, source: SourceTrack): Finding => {
  const { kind, language: own } = reader.track;
  const said = language ?? own;
  return finding(
    'TRACK_SWAPPED',
    { file: rendition, rendition },
    `${rendition}: the ${kind} track${said === undefined ? '' : ` "${said}"`} holds another one: ${source.name}.`,
    { ...(said !== undefined && { expected: said }), found: source.name },
  );
};
