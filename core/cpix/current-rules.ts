import { fail } from '../base/errors.ts';
import type { WantedPlace } from '../keys/content-key-set.ts';
import type { CpixDocument, CpixPeriod } from './document.ts';
import type { UsageRule } from './usage-rules.ts';

/** A crypto period of a title, with when it is. */
export interface WantedPeriod extends Pick<WantedPlace, 'period' | 'starts'> {
  /** Seconds of a crypto period of the title: where nobody knows when its segments begin. @default its key does not change */
  readonly keyRotation?: number | undefined;
}

/** Cuts are where frames are: one that is as near to the end of a period as this, in seconds, is meant to be there. */
const NEAR = 1e-3;

/**
 * The usage rules that count in a crypto period of the title, without what they say of periods.
 * @throws PackagerError KEY_DOCUMENT where nobody can say which those are, NO_KEY when no period of the document is this one
 */
export function currentRules({ rules, periods }: CpixDocument, wanted: WantedPeriod): UsageRule[] {
  const idsOf = ({ filters }: UsageRule) =>
    filters.flatMap((filter) => (filter.type === 'period' ? filter.periodId : []));
  const used = new Set(rules.flatMap(idsOf));
  const named = periods.filter(({ id }) => used.has(id));
  if (named.length < used.size)
    throw fail.keyDocument('a usage rule refers to a crypto period that it does not have.');
  for (const { id, obstacle } of named) {
    if (obstacle === undefined) continue;
    throw fail.keyDocument(
      `its crypto period ${id} ${obstacle}, so nobody can say which segments it is for.`,
      'Let the document have periods by index, or by startOffset with endOffset or duration.',
    );
  }
  const current = new Set(periodsAt(named, wanted));
  if (named.length > 0 && current.size === 0) throw uncovered(named, wanted);
  return rules
    .filter((rule) => idsOf(rule).length === 0 || idsOf(rule).some((id) => current.has(id)))
    .map((rule) => ({ ...rule, filters: rule.filters.filter(({ type }) => type !== 'period') }));
}

const startsOf = ({ period, starts, keyRotation = 0 }: WantedPeriod) =>
  starts ?? { first: period * keyRotation, last: period * keyRotation };

/** @throws PackagerError KEY_DOCUMENT when keys would have to change where the title's do not */
function periodsAt(periods: readonly CpixPeriod[], wanted: WantedPeriod): string[] {
  const { first, last } = startsOf(wanted);
  const idsAt = (start: number): string[] =>
    periods
      .filter(({ index, time }) =>
        time ? start + NEAR >= time.start && start + NEAR < time.end : index === wanted.period,
      )
      .map(({ id }) => id);
  const [ids, lastIds] = [idsAt(first), idsAt(last)];
  if (lastIds.length === 0 || ids.join() === lastIds.join()) return lastIds.length === 0 ? [] : ids;
  throw fail.keyDocument(
    `crypto period ${wanted.period} of the title has segments from ${seconds(first)} to ${seconds(last)}, and its own crypto periods change between them: keys would change where the title's do not.`,
    'Let `keyRotation` be as long as the periods of the document, and `segmentDuration` divide it.',
  );
}

function uncovered(named: readonly CpixPeriod[], wanted: WantedPeriod) {
  const { period } = wanted;
  const { first, last } = startsOf(wanted);
  const indices = named.flatMap(({ index }) => index ?? []);
  const ends = named.flatMap(({ time }) => time?.end ?? []);
  const has = [
    ...(indices.length > 0 ? [`the indices ${indices.join(', ')}`] : []),
    ...(ends.length > 0 ? [`periods up to ${Math.max(...ends)} s`] : []),
  ];
  return fail.keyMissing(
    `The crypto periods of the key document do not cover the title: there is none for period ${period}, with segments from ${seconds(first)} to ${seconds(last)}; it has ${has.join(' and ')}.`,
    'Ask the key service for keys of all periods: no other is taken in their place.',
  );
}

const seconds = (value: number): string => `${Number(value.toFixed(3))} s`;
