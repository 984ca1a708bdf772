import { maxOf } from '../../../base/largest.ts';
import type { Finding } from '../../findings/finding.ts';
import { finding } from '../../findings/make.ts';
import type { IndexFacts } from '../../mp4/facts.ts';
import type { Mp4Layout } from '../../mp4/mp4-file.ts';
import { inManifest, mainTrack, ofEach, seconds } from '../check.ts';
import type { RenditionFacts, TrackFacts } from '../package-facts.ts';
import { rowsAt } from './rows-of-segments.ts';

/** Seconds that an index may be off: less than a picture. */
const TOLERANCE = 0.005;
/** The last segment may count the reordering of its pictures, or not. */
const LAST_TOLERANCE = 0.1;

/** `sidx` leads to fragments, to all of them, and says when they are shown (ISO/IEC 14496-12, 8.16.3). */
export const checkIndexes = ofEach(function* (rendition, { sizes }) {
  const { listed, media } = rendition;
  const track = mainTrack(rendition);
  if (listed.kind === 'trick' && !listed.index) return;
  for (const [path, layout] of media?.layouts ?? []) {
    if (listed.index?.path === path) yield* ofRange(rendition, layout);
    if (track) for (const index of layout.indexes) yield* ofRows(rendition, track, path, index);
    if (layout.indexes.length > 0) yield* ofPlaces(rendition, path, layout, sizes.get(path) ?? 0);
  }
});

/** The range that an MPD names is that of the first box, and of those that follow it. */
function* ofRange(rendition: RenditionFacts, { indexes }: Mp4Layout): Generator<Finding, void> {
  const { index, manifest } = rendition.listed;
  const first = indexes.find(({ position }) => position === index!.offset);
  const ends = indexes.map(({ position, size }) => position + size);
  if (first && (index!.length === undefined || ends.includes(index!.offset + index!.length))) return;
  const [real] = indexes;
  yield finding(
    'RANGE_OF_INDEX',
    inManifest(rendition),
    `${manifest} says that "sidx" is at byte ${index!.offset} of ${index!.path}${index!.length === undefined ? '' : `, with ${index!.length} bytes`}, and it is ${real ? `at ${real.position}, with ${real.size}` : 'not there'}.`,
  );
}

function* ofPlaces(
  rendition: RenditionFacts,
  path: string,
  { indexes, boxes }: Mp4Layout,
  size: number,
): Generator<Finding, void> {
  const starts = new Set<number>();
  /** Where the last `moof` of the file is: an index that does not come to it leaves media out. */
  let last = -1;
  for (let row = 0; row < boxes.count; row++) {
    starts.add(boxes.position(row));
    if (boxes.type(row) === 'moof') last = boxes.position(row);
  }
  let covered = 0;
  for (const { rows, position } of indexes)
    for (const row of rows) {
      covered = Math.max(covered, row.position + row.size);
      if (
        starts.has(row.position) &&
        (row.position + row.size === size || starts.has(row.position + row.size))
      )
        continue;
      yield finding(
        'INDEX_RANGES',
        { file: path, offset: position, rendition: rendition.listed.id },
        `${path}: "sidx" leads to bytes ${row.position} to ${row.position + row.size}, where no segment begins and ends.`,
      );
      return;
    }
  if (covered <= last)
    yield finding(
      'INDEX_RANGES',
      { file: path, offset: indexes[0]!.position, rendition: rendition.listed.id },
      `${path}: "sidx" ends at byte ${covered}, and a fragment is at ${last}.`,
    );
}

function* ofRows(
  rendition: RenditionFacts,
  track: TrackFacts,
  path: string,
  { rows, timescale, earliestTime, position }: IndexFacts,
): Generator<Finding, void> {
  const place = { file: path, offset: position, rendition: rendition.listed.id };
  const ticks = track.track.timescale;
  const places = rows.map((row) => ({ path, offset: row.position, length: row.size }));
  const inRow = rowsAt(places, track).map((found) => found.map((at) => track.rows.at(at)));
  const earliest = (at: number): number | undefined =>
    inRow[at]?.reduce((least, { start }) => Math.min(least, start), Number.POSITIVE_INFINITY);
  const first = earliest(0);
  // What an edit list takes off is not shown.
  const startOf = (at: number): number | undefined => {
    const start = earliest(at);
    return start === undefined ? undefined : Math.max(start, track.track.mediaStart);
  };
  // An index counts on the timeline before or behind the edit list: files of either kind are about.
  const shown = startOf(0);
  const offsets =
    first === undefined || shown === undefined
      ? []
      : [first, shown, first - track.track.mediaStart, shown - track.track.mediaStart];
  if (
    inRow[0]?.length &&
    !offsets.some((one) => Math.abs(one / ticks - earliestTime / timescale) <= TOLERANCE)
  )
    yield finding(
      'INDEX_TIME',
      place,
      `${path}: "sidx" begins at ${seconds(earliestTime / timescale)}, and the first sample is shown at ${seconds(first! / ticks)}.`,
    );
  for (const [at, row] of rows.entries()) {
    const own = inRow[at]!;
    if (row.isIndex || own.length === 0) continue;
    const next = at + 1 < rows.length && !rows[at + 1]!.isIndex ? startOf(at + 1) : undefined;
    const end = maxOf(own.map((one) => one.end));
    const lasts = ((next !== undefined && Number.isFinite(next) ? next : end) - startOf(at)!) / ticks;
    const decoded = own.reduce((sum, one) => sum + one.decodeEnd - one.decodeStart, 0) / ticks;
    const said = row.duration / timescale;
    // From key frame to key frame, where pictures of an open GOP are shown before.
    const nextKey = inRow[at + 1]?.[0]?.firstStart ?? end;
    const keyed = [nextKey - startOf(at)!, nextKey - own[0]!.firstStart];
    const known = [lasts, decoded, ...keyed.map((one) => one / ticks)];
    const room = next === undefined ? LAST_TOLERANCE : TOLERANCE;
    if (!known.some((one) => Math.abs(one - said) <= room))
      yield finding(
        'INDEX_DURATION',
        { ...place, time: row.time / timescale },
        `${path}: "sidx" says ${seconds(said)} for the segment at byte ${row.position}, which lasts ${seconds(lasts)}.`,
        { expected: seconds(lasts), found: seconds(said) },
      );
    const [start] = own;
    if (row.startsWithSap && row.sapType >= 1 && row.sapType <= 2 && !start!.startsWithSync)
      yield finding(
        'ACCESS_POINT',
        { file: path, offset: start!.position, time: row.time / timescale, rendition: rendition.listed.id },
        `${path}: "sidx" says that a key frame is at byte ${start!.position}, and none is.`,
      );
  }
}
