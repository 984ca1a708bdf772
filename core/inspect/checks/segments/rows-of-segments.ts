import type { PlaceOfBytes } from '../../model/places.ts';
import type { RenditionFacts, TrackFacts } from '../package-facts.ts';

const known = new WeakMap<TrackFacts, WeakMap<object, readonly (readonly number[])[]>>();

/** Which rows of a track are in each listed segment, by where they lie in files. Made once for each listing. */
export function rowsOfSegments(
  { listed }: RenditionFacts,
  track: TrackFacts,
): readonly (readonly number[])[] {
  const lists = known.get(track) ?? new WeakMap();
  known.set(track, lists);
  const made =
    lists.get(listed) ??
    rowsAt(
      listed.segments.map(({ place }) => place),
      track,
    );
  lists.set(listed, made);
  return made;
}

/** Which rows of a track begin in each of some places. */
export function rowsAt(places: readonly PlaceOfBytes[], { rows }: TrackFacts): number[][] {
  /** Rows of each file, as they follow. */
  const files = new Map<string, number[]>();
  for (let index = 0; index < rows.length; index++) {
    const { file } = rows.at(index);
    const list = files.get(file);
    if (list) list.push(index);
    else files.set(file, [index]);
  }
  return places.map(({ path, offset, length }) => {
    const list = files.get(path) ?? [];
    const positionOf = (at: number): number => rows.at(list[at]!).position;
    const end = offset + (length ?? Number.POSITIVE_INFINITY);
    const found: number[] = [];
    for (let at = firstFrom(list.length, positionOf, offset); at < list.length; at++) {
      if (positionOf(at) >= end) break;
      found.push(list[at]!);
    }
    return found;
  });
}

/** The first of sorted positions that is not before one. */
function firstFrom(count: number, positionOf: (at: number) => number, least: number): number {
  let [from, to] = [0, count];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (positionOf(middle) < least) from = middle + 1;
    else to = middle;
  }
  return from;
}
