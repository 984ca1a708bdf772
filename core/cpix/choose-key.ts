import { fail } from '../base/errors.ts';
import type { WantedPlace } from '../keys/content-key-set.ts';
import { ALL, type LabelledTrack } from '../keys/label-policy.ts';
import { currentRules } from './current-rules.ts';
import type { CpixDocument, CpixKey } from './document.ts';
import { requireKnownFacts, trackFacts } from './track-facts.ts';
import { isFor, keyForTrack, requireKnownFilters, type UsageRule } from './usage-rules.ts';

/**
 * How the usage rules of a document give keys to tracks: by their filters, as CPIX has it; or by track types that were asked for,
 * where filters only must not say otherwise.
 */
export type KeyMapping = 'filters' | 'track-types';

/** Which of a document's keys is wanted: `ALL` is the label of a single-key title, any other one of its tracks or usage rules. */
export interface KeyChoice extends WantedPlace {
  /** The scheme to encrypt with: a key that the document has for another Common Encryption scheme is not taken. */
  readonly scheme: string;
  /** The key id that was asked for: decides where a document has no usage rules. */
  readonly kid?: string | undefined;
  /** What the usage rules call the tracks, where that is another word than the label. */
  readonly trackType?: string | undefined;
  /** Whether the title has other labels: then no key is taken for want of others. @default false */
  readonly hasOthers?: boolean | undefined;
  /** Seconds of a crypto period of the title. */
  readonly keyRotation?: number | undefined;
  /** Whether the document was asked for in this crypto period: then one without periods of its own is for it. @default false */
  readonly wasAsked?: boolean | undefined;
}

/**
 * The key for a label in a crypto period, by the usage rules. An unused key is no mistake, a missing one is.
 * @throws PackagerError NO_KEY when there is none, KEY_DOCUMENT when there are two, or where a rule cannot be evaluated: then nobody
 * can say what any of the keys is for
 */
export function chooseKey(
  document: CpixDocument,
  choice: KeyChoice,
  mapping: KeyMapping = 'filters',
): CpixKey {
  const { keys } = document;
  requireKnownFilters(document.rules);
  refuseHierarchy(keys);
  requirePeriods(document, choice);
  const rules = currentRules(document, choice);
  const isRuled = ({ kid }: CpixKey, by: readonly UsageRule[]) => by.some((rule) => rule.kid === kid);
  const candidates = keys.filter(
    (key) => fitsScheme(key, choice) && (isRuled(key, rules) || !isRuled(key, document.rules)),
  );
  if (candidates.length === 0) throw missing(choice);
  const own = rules.filter(({ kid }) => candidates.some((key) => key.kid === kid));
  // Rules for periods alone, as SPEKE 1 has them: which key is for which tracks was agreed by key id.
  const isSilent = own.every(({ trackType, filters }) => trackType === undefined && filters.length === 0);
  if (own.length === 0 || (isSilent && choice.kid !== undefined)) return unruled(candidates, choice);
  const kid =
    mapping === 'filters' && choice.tracks && choice.hasOthers
      ? byFilters(own, choice, choice.tracks)
      : byName(own, choice, candidates);
  const found = candidates.find((key) => key.kid === kid);
  if (found) return found;
  throw missing(choice, candidates.length);
}

/** What the usage rules call the tracks of a key. */
export const labelsOf = ({ rules }: CpixDocument, { kid }: CpixKey): string[] => [
  ...new Set(
    rules
      .filter((rule) => rule.kid === kid)
      .flatMap(({ trackType, filters }) => [
        ...(trackType === undefined ? [] : [trackType]),
        ...filters.flatMap((filter) => (filter.type === 'label' ? filter.label : [])),
      ]),
  ),
];

/** What the rules are for is agreed elsewhere: the key that was asked for, or the only one of a title with one. */
function unruled(candidates: readonly CpixKey[], choice: KeyChoice): CpixKey {
  const asked = candidates.find(({ kid }) => kid === choice.kid);
  const [only, ...others] = candidates;
  if (asked) return asked;
  if (only && others.length === 0 && !choice.hasOthers) return only;
  throw fail.keyMissing(
    `The key document has no usage rules, so nobody can say which of its ${candidates.length === 1 ? 'keys (it has one)' : `${candidates.length} keys`} is for label ${choice.label}.`,
    'Ask the key service for usage rules, or let all tracks share a key.',
  );
}

/** The key whose rules match the tracks of a label: each of them, and no other key any of them. */
function byFilters(
  rules: readonly UsageRule[],
  { label }: KeyChoice,
  tracks: readonly LabelledTrack[],
): string | undefined {
  const found = tracks.map((track) => {
    const facts = trackFacts(track, label);
    requireKnownFacts(rules, facts);
    return keyForTrack(rules, facts);
  });
  const kids = new Set(found);
  if (kids.has(undefined)) throw unmatched(label, tracks[found.indexOf(undefined)]!);
  if (kids.size <= 1) return found[0];
  throw fail.keyDocument(
    `its usage rules give ${kids.size} keys to the tracks with label ${label}.`,
    'Let `keys` of the title have the limits that the key service has.',
  );
}

/** The key that the rules call so; a single one is that of a single-key title, whatever it is called. */
function byName(
  rules: readonly UsageRule[],
  choice: KeyChoice,
  candidates: readonly CpixKey[],
): string | undefined {
  const { label, trackType = label, tracks = [], hasOthers } = choice;
  const [only, ...others] = candidates;
  if (only && others.length === 0 && label === ALL) return only.kid;
  const named = rules.filter((rule) => names(rule, label) || names(rule, trackType));
  const kids = [...new Set(named.map(({ kid }) => kid))];
  if (kids.length > 1)
    throw fail.keyDocument(`its usage rules give ${kids.length} keys to the label ${label}.`);
  if (named.length === 0 || !hasOthers) return kids[0];
  for (const track of tracks) {
    const facts = trackFacts(track, label);
    requireKnownFacts(named, facts);
    if (!named.some((rule) => isFor(rule, facts))) throw unmatched(label, track);
  }
  return kids[0];
}

const names = ({ trackType, filters }: UsageRule, label: string): boolean =>
  trackType === label || filters.some((filter) => filter.type === 'label' && filter.label === label);

/** Leaf keys come with the licence of their root key, which encrypts nothing (CPIX 2.3, 5.4). */
function refuseHierarchy(keys: readonly CpixKey[]): void {
  const leaf = keys.find(({ dependsOn }) => dependsOn !== undefined);
  if (!leaf) return;
  throw fail.keyDocument(
    `its key ${leaf.kid} depends on the root key ${leaf.dependsOn}, and key hierarchies cannot be packaged: players would have to be told of both.`,
    'Ask the key service for keys that depend on no other.',
  );
}

/** A key that is for no period in particular would be for all of them, and never change. */
function requirePeriods({ rules }: CpixDocument, { period, wasAsked = false }: KeyChoice): void {
  const hasPeriods = rules.some(({ filters }) => filters.some(({ type }) => type === 'period'));
  if (period === 0 || wasAsked || hasPeriods) return;
  throw fail.keyMissing(
    `The keys of the key document are for no crypto periods, and the title's change: there is none for period ${period}.`,
    'Ask the key service for a key of each period (ContentKeyPeriod, KeyPeriodFilter), or leave `keyRotation` out.',
  );
}

/** Schemes of ISO/IEC 23001-7; HLS methods and unstated schemes go with anything. */
const COMMON_ENCRYPTION = new Set(['cenc', 'cens', 'cbc1', 'cbcs']);

const fitsScheme = ({ scheme: stated }: CpixKey, { scheme }: KeyChoice): boolean =>
  stated === undefined || stated === scheme || ![stated, scheme].every((name) => COMMON_ENCRYPTION.has(name));

const unmatched = (label: string, { kind, video, codecs }: LabelledTrack) =>
  fail.keyMissing(
    `The key document has no key for a ${kind} track with label ${label} (${video ? `${video.width}×${video.height}, ` : ''}${codecs}): no usage rule matches it.`,
    'Let the usage rules cover all tracks, or `keys` of the title have the limits that the key service has.',
  );

const missing = ({ label, scheme, period }: KeyChoice, others = 0) =>
  fail.keyMissing(
    `The key document has no key for label ${label} and scheme ${scheme}${period > 0 ? ` in crypto period ${period}` : ''}` +
      (others > 0 ? `, only ${others} whose usage rules say otherwise.` : '.'),
    'Ask the key service for a key of this content, label and scheme.',
  );
