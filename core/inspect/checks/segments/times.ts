import { largest } from '../../../base/largest.ts';
import type { XmlNode } from '../../../base/xml/xml-node.ts';
import type { Finding } from '../../findings/finding.ts';
import { finding } from '../../findings/make.ts';
import type { ListedRendition } from '../../model/listed-package.ts';
import { inManifest, nameOf, ofEach, presented, seconds } from '../check.ts';
import { median, type Span, spansOf, type Timed, timed } from './spans.ts';

/** The first segment of audio may count what is played before the title begins, or not. */
const PRIMING = 0.15;

/** Segments last as long as is listed, and begin when it is listed. */
export const checkTimes = ofEach(function* (rendition, { packages }) {
  const found = timed(rendition);
  if (!found) return;
  const { listed } = rendition;
  const mpd = packages.find(({ renditions }) => renditions.includes(listed))?.document;
  const hasOneDuration = mpd !== undefined && saysDuration(mpd, listed.id);
  yield* durations(found, hasOneDuration);
  if (listed.manifest === listed.id) yield* jumps(found);
  else yield* starts(found, hasOneDuration);
  yield* gaps(found);
});

/** Does a template or a list say one duration for all segments of a Representation? */
function saysDuration(node: XmlNode, id: string): boolean {
  const elements = node.children.filter((child) => typeof child !== 'string');
  const isAbove =
    node.name === 'Representation' ? node.attributes['id'] === id : node.name !== 'SegmentTemplate';
  if (!isAbove) return false;
  const said = elements.some(
    ({ name, attributes }) => /^Segment(Template|List)$/.test(name) && attributes['duration'] !== undefined,
  );
  // What stands in a Period or an Adaptation Set holds for all in it.
  const holds = said && (node.name === 'Representation' || holdsRepresentation(node, id));
  return holds || elements.some((child) => saysDuration(child, id));
}

const holdsRepresentation = ({ children }: XmlNode, id: string): boolean =>
  children.some(
    (child) =>
      typeof child !== 'string' &&
      ((child.name === 'Representation' && child.attributes['id'] === id) || holdsRepresentation(child, id)),
  );

function* durations(
  { rendition, spans, tolerance }: Timed,
  hasOneDuration: boolean,
): Generator<Finding, void> {
  const { listed } = rendition;
  for (const [index, span] of spans.entries()) {
    const { duration, start } = listed.segments[index]!;
    const room = tolerance + allowance(rendition.listed, index, hasOneDuration);
    // What is decoded before the title begins is counted, or not; so is what other tracks of the file begin with.
    const hidden = index === 0 && span ? Math.max(0, -span.start) : 0;
    const lead = index === 0 && span ? Math.max(0, span.start - earliest(rendition)) : 0;
    const lasts = [span?.duration, (span?.duration ?? 0) - hidden, (span?.duration ?? 0) + lead];
    if (!span || lasts.some((one) => Math.abs(one! - duration) <= room)) continue;
    // A source may have a hole, which its list counts; pictures of an open GOP may be shown before the segment that they are in; what
    // plays beside in the same file may last longer.
    const next = spans[index + 1];
    const others = next
      ? [next.start - span.start, next.key - span.start, next.key - span.key]
      : [span.start, span.key].map((from) => endOfAll(rendition, index) - from);
    if (others.some((one) => Math.abs(one - duration) <= room)) continue;
    yield finding(
      listed.isIndexed ? 'INDEX_DURATION' : 'SEGMENT_DURATION',
      { ...inManifest(rendition), time: start },
      `${listed.isIndexed ? span.file : listed.manifest} lists the segment at ${seconds(start)} of ${nameOf(rendition)} with ${seconds(duration)}, and its samples last ${seconds(span.duration)}.`,
      { expected: seconds(span.duration), found: seconds(duration) },
    );
  }
}

/** Seconds at which the first track of a rendition begins. */
const earliest = (rendition: Timed['rendition']): number =>
  Math.min(
    ...(rendition.media?.tracks ?? [])
      .filter(({ samples }) => samples > 0)
      .map((track) => presented(rendition, track, track.rows.at(0).start)),
  );

/** When the last of all tracks of a rendition ends in a segment. */
const endOfAll = (rendition: Timed['rendition'], index: number): number =>
  largest(rendition.media?.tracks ?? [], (track) => {
    const span = spansOf(rendition, track)[index];
    return span ? span.start + span.duration : 0;
  });

/** How far a listed duration may be from the true one beyond a sample. */
function allowance({ kind, segments }: ListedRendition, index: number, hasOneDuration: boolean): number {
  // SegmentTemplate@duration is that of all: the true ones are half of it off at most (ISO/IEC 23009-1, 5.3.9.5.3).
  const half = hasOneDuration ? segments[0]!.duration / 2 : 0;
  return Math.max(
    half,
    index === 0 && kind === 'audio' ? PRIMING : 0,
    index === segments.length - 1 ? 0.05 : 0,
  );
}

/** In an MPD each segment has a time of its own. */
function* starts({ rendition, spans, tolerance }: Timed, hasOneDuration: boolean): Generator<Finding, void> {
  const { listed } = rendition;
  const present = spans.filter((span) => span !== undefined);
  const shift = median(present.map((span) => span.start - listed.segments[span.index]!.start));
  for (const span of present) {
    const { start } = listed.segments[span.index]!;
    // By its first picture, or by its key frame, before which pictures of an open GOP are shown.
    const off = Math.min(...[span.start, span.key].map((one) => Math.abs(one - start - shift)));
    if (off > tolerance + allowance(listed, span.index, hasOneDuration))
      yield wrongTime(rendition, span, start, span.start - shift);
  }
}

/** In a playlist each begins where the one before it ended. */
function* jumps({ rendition, spans, tolerance }: Timed): Generator<Finding, void> {
  const { segments } = rendition.listed;
  let before: Span | undefined;
  for (const span of spans) {
    const last = before;
    before = span;
    if (!span || !last || segments[span.index]!.discontinuity) continue;
    const expected = last.start + last.duration;
    const listed = last.start + segments[last.index]!.duration;
    const room = tolerance + allowance(rendition.listed, last.index, false);
    if (Math.abs(span.start - expected) <= room || Math.abs(span.start - listed) <= room) continue;
    // The first picture of a segment may be shown before the last one of the segment before it is over.
    yield wrongTime(
      rendition,
      span,
      segments[span.index]!.start,
      segments[span.index]!.start + span.start - expected,
    );
  }
}

const wrongTime = (rendition: Timed['rendition'], span: Span, listed: number, found: number): Finding =>
  finding(
    'SEGMENT_TIME',
    { file: span.file, offset: span.position, time: listed, rendition: rendition.listed.id },
    `${span.file}: the segment that ${rendition.listed.manifest} lists at ${seconds(listed)} has samples of ${seconds(found)}.`,
    { expected: seconds(listed), found: seconds(found) },
  );

/** Within a segment decode times go on. */
function* gaps({ rendition, track, spans, tolerance }: Timed): Generator<Finding, void> {
  if (track.track.kind !== 'video' && track.track.kind !== 'audio') return;
  for (const span of spans)
    if (span && span.jump > tolerance)
      yield finding(
        'MEDIA_GAP',
        { file: span.file, offset: span.position, time: span.start, rendition: rendition.listed.id },
        `${span.file}: decode times jump by ${seconds(span.jump)} within the segment at ${seconds(span.start)}.`,
      );
}
