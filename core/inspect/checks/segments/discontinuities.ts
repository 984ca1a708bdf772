import type { Finding } from '../../findings/finding.ts';
import { finding } from '../../findings/make.ts';
import type { PlaceOfBytes } from '../../model/places.ts';
import { type Check, inManifest, ofEach, seconds } from '../check.ts';
import type { RenditionFacts } from '../package-facts.ts';
import { rowsOfSegments } from './rows-of-segments.ts';
import { type Timed, timed } from './spans.ts';

/** Seconds by which playlists may have a discontinuity at one time: segments of sound begin a little apart. */
const TOGETHER = 0.5;

/** Playlists say EXT-X-DISCONTINUITY where something changes (RFC 8216, 4.3.2.3), and nowhere else. */
export const checkDiscontinuities: Check = function* (facts) {
  yield* missing(facts);
  const marks = facts.renditions.flatMap((rendition) => [...marksOf(rendition)]);
  // All playlists of a title have it where one needs it.
  const needed = new Starts(marks.filter(({ isNeeded }) => isNeeded).map(({ start }) => start));
  const told = new Set<RenditionFacts>();
  for (const { rendition, start } of marks) {
    if (told.has(rendition) || needed.hasNear(start)) continue;
    told.add(rendition);
    yield needless(rendition, start);
  }
};

/** Times that are looked for by those near them: of each unit of `TOGETHER` seconds the first one and the last. */
class Starts {
  readonly #units = new Map<number, { readonly first: number; readonly last: number }>();

  constructor(starts: readonly number[]) {
    for (const start of starts) {
      const unit = Math.floor(start / TOGETHER);
      const { first, last } = this.#units.get(unit) ?? { first: start, last: start };
      this.#units.set(unit, { first: Math.min(first, start), last: Math.max(last, start) });
    }
  }

  hasNear(start: number): boolean {
    const unit = Math.floor(start / TOGETHER);
    if (this.#units.has(unit)) return true;
    const [before, behind] = [this.#units.get(unit - 1), this.#units.get(unit + 1)];
    return (
      (before !== undefined && start - before.last < TOGETHER) ||
      (behind !== undefined && behind.first - start < TOGETHER)
    );
  }
}

/** Where the initialisation section changes. */
const missing = ofEach(function* (rendition) {
  const { listed } = rendition;
  if (listed.manifest !== listed.id) return;
  for (const [index, { init, discontinuity, start }] of listed.segments.entries()) {
    const before = listed.segments[index - 1]?.init;
    if (discontinuity || !init || !before || isSame(init, before)) continue;
    yield finding(
      'DISCONTINUITY_MISSING',
      { ...inManifest(rendition), time: start },
      `${listed.manifest} has another initialisation section from ${seconds(start)} on, without EXT-X-DISCONTINUITY.`,
    );
  }
});

const isSame = (one: PlaceOfBytes | undefined, other: PlaceOfBytes | undefined): boolean =>
  one?.path === other?.path && one?.offset === other?.offset;

const needless = (rendition: RenditionFacts, start: number): Finding =>
  finding(
    'DISCONTINUITY_NEEDLESS',
    { ...inManifest(rendition), time: start },
    `${rendition.listed.manifest} has EXT-X-DISCONTINUITY at ${seconds(start)}, where times, formats and the initialisation section go on.`,
  );

interface Mark {
  readonly rendition: RenditionFacts;
  readonly start: number;
  readonly isNeeded: boolean;
}

/** Each EXT-X-DISCONTINUITY behind the first segment; of a rendition that was not read it counts as needed. */
function* marksOf(rendition: RenditionFacts): Generator<Mark, void> {
  const { segments, kind } = rendition.listed;
  if (kind !== 'video' && kind !== 'audio') return;
  if (!segments.some(({ discontinuity }) => discontinuity)) return;
  const one = timed(rendition);
  for (const [index, { discontinuity, start }] of segments.entries())
    if (discontinuity && index > 0) yield { rendition, start, isNeeded: !one || !goesOn(one, index) };
}

/** Do times, formats and the initialisation section go on at a segment? */
function goesOn({ rendition, track, spans, tolerance }: Timed, index: number): boolean {
  const { segments } = rendition.listed;
  const [before, span] = [spans[index - 1], spans[index]];
  if (!before || !span || !isSame(segments[index]!.init, segments[index - 1]!.init)) return false;
  const rows = rowsOfSegments(rendition, track);
  const [last, first] = [rows[index - 1]?.at(-1), rows[index]?.[0]];
  if (last === undefined || first === undefined) return false;
  if (track.rows.at(last).entry !== track.rows.at(first).entry) return false;
  return Math.abs(before.start + before.duration - span.start) <= tolerance;
}
