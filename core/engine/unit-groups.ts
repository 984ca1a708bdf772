import { grouped } from '../base/grouped.ts';
import type { WrittenWork } from './unit-parts.ts';

/** Segments of a unit that are in memory at a time: those that are read, worked on and written. */
const SEGMENTS = 4;
/** For the segments of all units of a group. */
const MOST_BYTES = 128 * 2 ** 20;

/** Units and which of them, by their places, are written together: each is in one group. */
export interface GroupedWorks {
  readonly works: readonly WrittenWork[];
  readonly groups: readonly (readonly number[])[];
}

/** What units are put together for. */
export interface GroupOptions {
  /** Whether the bytes of an input come over a network, which is slower than all that is done with them. */
  isFar(input: number): boolean;
  /** Groups at work at a time, in a thread each. */
  readonly atOnce: number;
  /** Other titles are there for other threads. */
  readonly hasOthers?: boolean;
}

/** Bytes of a title's units that take one thread less time than another needs to open the title as well. */
const SMALL_TITLE = 32e6;

/** Of units that read the same bytes: those of one mode and one input. */
export const readsTheSame = ({ mode, unit }: Pick<WrittenWork, 'mode' | 'unit'>): string =>
  `${unit.input} ${mode}`;

/**
 * Units that one thread is given, by their places: those that read the same take each byte once together, not once each. Of an input
 * that is far away these are all of its units, of one of the disk those of one mode; but one thread writes the whole of a small title
 * where there are others for the other threads.
 * @param works the largest first
 */
export function unitGroups(
  works: readonly WrittenWork[],
  { isFar, atOnce, hasOthers = false }: GroupOptions,
): number[][] {
  const isNear = () => works.every(({ unit }) => !isFar(unit.input));
  const bytes = () => works.reduce((sum, { unit }) => sum + unit.bytes, 0);
  if (hasOthers && bytes() <= SMALL_TITLE && isNear()) return [[...works.keys()]];
  const byInput = grouped(works.keys(), (place) =>
    isFar(works[place]!.unit.input) ? `${works[place]!.unit.input}` : readsTheSame(works[place]!),
  );
  // Other titles keep the other threads busy.
  const most = hasOthers ? 1 : Math.ceil(atOnce / byInput.size);
  const groups = [...byInput.values()].flatMap((places) => together(works, places, most));
  return groups.sort(([one], [other]) => one! - other!);
}

/** The smallest groups get the next unit, as long as there is memory for it. */
function together(works: readonly WrittenWork[], places: readonly number[], most: number): number[][] {
  const groups = places.slice(0, most).map(() => new Group());
  for (const place of places) {
    const work = works[place]!;
    const fits = groups.filter((group) => group.hasRoomFor(work));
    let [smallest] = fits.sort((one, other) => one.bytes - other.bytes);
    if (!smallest) {
      smallest = new Group();
      groups.push(smallest);
    }
    smallest.add(place, work);
  }
  return groups.map(({ places: own }) => own);
}

class Group {
  readonly places: number[] = [];
  bytes = 0;
  #memory = 0;

  hasRoomFor(work: WrittenWork): boolean {
    return this.places.length === 0 || this.#memory + memoryOf(work) <= MOST_BYTES;
  }

  add(place: number, work: WrittenWork): void {
    this.places.push(place);
    this.bytes += work.unit.bytes;
    this.#memory += memoryOf(work);
  }
}

/** A file that is encrypted as it is has no segments. */
const memoryOf = ({ unit, grid }: WrittenWork): number =>
  unit.tracks.length === 0 ? 0 : (SEGMENTS * unit.bytes) / Math.max(1, grid.count);
