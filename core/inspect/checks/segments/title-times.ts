import type { Finding } from '../../findings/finding.ts';
import { finding } from '../../findings/make.ts';
import type { ListedPackage } from '../../model/listed-package.ts';
import { type Check, inManifest, nameOf, ofEach, seconds } from '../check.ts';
import type { PackageFacts } from '../package-facts.ts';
import { median, type Timed, timed } from './spans.ts';

/** Seconds by which audio may begin before or behind video. */
const APART = 0.25;
/** Seconds by which the duration of a title may be off. */
const ROUNDED = 0.2;

/** Renditions of a title begin together, end when it ends, and are cut at the same times. */
export const checkTitleTimes: Check = function* (facts) {
  for (const listed of facts.packages) {
    const all = ofPackage(facts, listed);
    // Players of HLS go by the times in the files, whatever a playlist adds up to.
    if (listed.kind === 'mpd') yield* starts(all);
    yield* duration(listed, all);
    yield* cuts(all);
  }
};

const ofPackage = ({ renditions }: PackageFacts, { renditions: own }: ListedPackage): Timed[] =>
  renditions.filter(({ listed }) => own.includes(listed)).flatMap((rendition) => timed(rendition) ?? []);

/** How far the samples are from the times that are listed; what an edit list takes off is not shown. */
const shiftOf = ({ rendition, spans }: Timed): number =>
  median(
    spans.flatMap((span) =>
      span ? Math.max(0, span.start) - rendition.listed.segments[span.index]!.start : [],
    ),
  );

function* starts(all: readonly Timed[]): Generator<Finding, void> {
  const media = all.filter(({ track }) => track.track.kind === 'video' || track.track.kind === 'audio');
  const common = median(media.map(shiftOf));
  for (const one of media) {
    const off = shiftOf(one) - common;
    if (Math.abs(off) <= APART) continue;
    yield finding(
      'START_APART',
      inManifest(one.rendition),
      `${nameOf(one.rendition)} is ${seconds(Math.abs(off))} ${off > 0 ? 'behind' : 'before'} the other renditions of ${one.rendition.listed.manifest}.`,
    );
  }
}

function* duration(listed: ListedPackage, all: readonly Timed[]): Generator<Finding, void> {
  if (listed.kind !== 'mpd' || listed.duration === undefined) return;
  if (new Set(listed.renditions.map(({ period }) => period)).size > 1) return;
  const ends = all.flatMap(({ spans }) => {
    const last = spans.at(-1);
    return last ? last.start + last.duration : [];
  });
  if (ends.length === 0) return;
  const shift = median(all.map(shiftOf));
  const end = Math.max(...ends);
  const longest = end - shift;
  // Of a title that begins with nothing the first segment is listed before its first sample.
  if ([longest, end].some((one) => Math.abs(one - listed.duration!) <= ROUNDED)) return;
  yield finding(
    'TITLE_DURATION',
    { file: listed.manifest },
    `${listed.manifest} says that the title lasts ${seconds(listed.duration)}, and its longest track lasts ${seconds(longest)}.`,
    { expected: seconds(longest), found: seconds(listed.duration) },
  );
}

/** Between renditions that a player may switch to one another. */
function* cuts(all: readonly Timed[]): Generator<Finding, void> {
  const sets = new Map<string, Timed[]>();
  for (const one of all) {
    const { kind, set, period } = one.rendition.listed;
    if (kind !== 'video' && kind !== 'audio') continue;
    const key = JSON.stringify([kind, set, period]);
    sets.set(key, [...(sets.get(key) ?? []), one]);
  }
  for (const [first, ...others] of sets.values())
    for (const one of others) {
      const at = differentCut(first!, one);
      if (at === undefined) continue;
      yield finding(
        'CUTS_APART',
        { ...inManifest(one.rendition), time: at },
        `${nameOf(one.rendition)} is not cut where ${nameOf(first!.rendition)} is, from ${seconds(at)} on.`,
      );
    }
}

/** Seconds of the first segment that begins elsewhere. */
function differentCut(one: Timed, other: Timed): number | undefined {
  const [a, b] = [one.rendition.listed.segments, other.rendition.listed.segments];
  const tolerance = Math.max(one.tolerance, other.tolerance);
  const index = a.findIndex(({ start }, at) => Math.abs((b[at]?.start ?? -1) - start) > tolerance);
  if (index >= 0) return a[index]!.start;
  return b.length > a.length ? b[a.length]!.start : undefined;
}

/** No segment lasts longer than EXT-X-TARGETDURATION, rounded (RFC 8216, 4.3.3.1). */
export const checkTargetDuration = ofEach(function* (rendition) {
  const { targetDuration, segments, manifest } = rendition.listed;
  if (targetDuration === undefined) return;
  const longest = segments.find(({ duration }) => Math.round(duration) > targetDuration);
  if (longest)
    yield finding(
      'TARGET_DURATION',
      { ...inManifest(rendition), time: longest.start },
      `${manifest} has the target duration ${targetDuration}, and a segment of ${seconds(longest.duration)}.`,
      { expected: Math.round(longest.duration), found: targetDuration },
    );
});
