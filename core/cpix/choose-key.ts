import { fail } from '../base/errors.ts';
import { ALL } from '../keys/label-policy.ts';
import type { CpixDocument, CpixKey } from './document.ts';
import { requireKnownFilters, type UsageRule } from './usage-rules.ts';

/** Which of a document's keys is wanted. */
export interface KeyChoice {
  /** `ALL`: the one key of a single-key title; otherwise a label or track type of the usage rules. */
  readonly label: string;
  /** Crypto period, from 0. */
  readonly period: number;
  /** The scheme to encrypt with: a key that the document has for another Common Encryption scheme is not taken. */
  readonly scheme: string;
  /** The key id that was asked for: decides where a document has no usage rules. */
  readonly kid?: string | undefined;
}

/**
 * The key for a label, by the usage rules.
 * @throws PackagerError NO_KEY when there is none, KEY_DOCUMENT when there are two or a rule cannot be understood
 */
export function chooseKey(document: CpixDocument, choice: KeyChoice): CpixKey {
  const { keys, rules } = document;
  requireKnownFilters(rules);
  const { label, kid } = choice;
  const roots = new Set(keys.flatMap(({ dependsOn }) => dependsOn ?? []));
  const candidates = keys.filter(
    (key) => !roots.has(key.kid) && fitsScheme(key, choice) && fitsPeriod(document, key, choice),
  );
  if (candidates.length === 0) throw missing(choice);

  const named = candidates.filter((key) => rulesOf(document, key).some((rule) => names(rule, label)));
  if (named.length > 1)
    throw fail.keyDocument(`its usage rules give ${named.length} keys to the label ${label}.`);
  if (named[0]) return named[0];

  const [only, ...others] = candidates;
  const unruled = candidates.every((key) => rulesOf(document, key).length === 0);
  if (only && others.length === 0 && (label === ALL || unruled)) return only;
  const asked = unruled ? candidates.find((key) => key.kid === kid) : undefined;
  if (asked) return asked;
  throw missing(choice, candidates.length);
}

const rulesOf = ({ rules }: CpixDocument, { kid }: CpixKey): UsageRule[] =>
  rules.filter((rule) => rule.kid === kid);

/** What the usage rules call the tracks of a key. */
export const labelsOf = (document: CpixDocument, key: CpixKey): string[] => [
  ...new Set(
    rulesOf(document, key).flatMap(({ trackType, filters }) => [
      ...(trackType === undefined ? [] : [trackType]),
      ...filters.flatMap((filter) => (filter.type === 'label' ? filter.label : [])),
    ]),
  ),
];

const names = ({ trackType, filters }: UsageRule, label: string): boolean =>
  trackType === label || filters.some((filter) => filter.type === 'label' && filter.label === label);

/** Schemes of ISO/IEC 23001-7; HLS methods and unstated schemes go with anything. */
const COMMON_ENCRYPTION = new Set(['cenc', 'cens', 'cbc1', 'cbcs']);

const fitsScheme = ({ scheme: stated }: CpixKey, { scheme }: KeyChoice): boolean =>
  stated === undefined || stated === scheme || ![stated, scheme].every((name) => COMMON_ENCRYPTION.has(name));

/** A key whose rules name periods is for those alone. */
function fitsPeriod(document: CpixDocument, key: CpixKey, { period }: KeyChoice): boolean {
  const ids = rulesOf(document, key).flatMap(({ filters }) =>
    filters.flatMap((filter) => (filter.type === 'period' ? filter.periodId : [])),
  );
  const indices = document.periods.filter(({ id }) => ids.includes(id)).map(({ index }) => index ?? 0);
  return ids.length === 0 || indices.includes(period);
}

const missing = ({ label, scheme }: KeyChoice, others = 0) =>
  fail.keyMissing(
    `The key document has no key for label ${label} and scheme ${scheme}` +
      (others > 0 ? `, only ${others} whose usage rules say otherwise.` : '.'),
    'Ask the key service for a key of this content, label and scheme.',
  );
