import { toHex } from '../base/bytes.ts';
import { grouped } from '../base/grouped.ts';
import type { Run } from '../contract/run.ts';
import type { ModeKeys, PlacedKey } from '../keys/mode-keys.ts';

/** So many places are named. */
const MOST_PLACES = 4;

/**
 * Tell, once a title, where a key source gives one key for several labels or crypto periods: by whatever ids, a licence for one
 * opens them all. It may be meant so; as often the source does not look at what it is asked for.
 * @param keys by mode
 */
export function warnOfSharedKeys(keys: ReadonlyMap<string, ModeKeys>, run: Pick<Run, 'warn'>): void {
  const shared = [...keys].flatMap(([mode, { all }]) =>
    sharedPlaces(all).map((places) => ({ mode, places })),
  );
  const [first] = shared.toSorted((a, b) => b.places.length - a.places.length);
  if (!first) return;
  const hasPeriods = [...keys.values()].some(({ all }) => all.some(({ period }) => period > 0));
  const names = first.places.map(({ label, period }) => (hasPeriods ? `${label}, period ${period}` : label));
  const more = names.length - MOST_PLACES;
  const list = `${names.slice(0, MOST_PLACES).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
  const modes = [...new Set(shared.map(({ mode }) => mode))].join(', ');
  run.warn(
    `The key source gives one key for several labels or crypto periods (${list}; modes: ${modes}): who may open one of them may open all.`,
  );
}

/** The places of each key that has several, by the key itself: ids may differ. */
const sharedPlaces = (all: readonly PlacedKey[]): PlacedKey[][] =>
  [...grouped(all, ({ key }) => toHex(key.reveal())).values()].filter(({ length }) => length > 1);
