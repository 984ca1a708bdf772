import { fail } from '../base/errors.ts';
import { answerOf } from '../base/unless-cancelled.ts';
import type { KeyRequest } from '../contract/hooks.ts';
import type { ModeDefinition, Packager } from '../contract/packager.ts';
import type { Run } from '../contract/run.ts';
import type { TitleOptions } from '../contract/title-options.ts';
import type { ContentKey } from '../keys/content-key.ts';
import { ContentKeySet, type WantedPlace } from '../keys/content-key-set.ts';
import { type LabelPolicy, policyOf } from '../keys/label-policy.ts';
import { ModeKeys, type PlacedKey, requireSecret } from '../keys/mode-keys.ts';
import type { TimedTrack } from '../media/timed-track.ts';
import { periodStarts, periodsOf } from '../title/periods.ts';
import type { Presentation } from '../title/presentation.ts';
import { type Carried, protectsSamples } from './plan.ts';

/** Which tracks of a title share a key, once they are known. */
export const labelPolicy = (
  { keys = 'one' }: TitleOptions,
  { video, audio, trickPlay = [] }: Presentation,
): LabelPolicy =>
  policyOf(
    keys,
    [...video, ...audio, ...trickPlay].map(({ track }) => track),
  );

/** What the key source of a mode has. */
export interface ModeKeySource {
  readonly mode: ModeDefinition;
  /** @throws PackagerError NO_KEY when it has none: without a key nothing is written */
  keyOf(place: WantedPlace): Promise<ContentKey>;
}

/**
 * Ask for the keys of each mode, by all labels that tracks may have. Where that is a single one it is sure to be needed, so
 * that its key is fetched at once: what is wrong with the key source is told before anybody reads the inputs.
 * @param asking `isLookup`: of keys that there are already alone
 * @throws PackagerError NO_KEY when no source answers, INVALID_OPTION for several labels where a mode has room for one key
 */
export async function acquireKeys(
  packager: Packager,
  run: Run,
  modes: readonly ModeDefinition[],
  labels: readonly string[],
  asking: Pick<KeyRequest, 'isLookup'> = {},
): Promise<ModeKeySource[]> {
  const sources: ModeKeySource[] = [];
  for (const mode of modes) if (!mode.carries) requireOneLabel(mode, labels);
  for (const mode of modes) {
    const request = { contentId: run.contentId, mode: mode.name, scheme: mode.scheme, labels, ...asking };
    const answer = await answerOf(run.signal, packager.hooks.acquireKey.promise(request, run));
    if (!answer) throw fail.noKey(run.contentId, labels.join(', '), mode.name);
    const source = keySource(mode, ContentKeySet.from(answer, labels), run);
    const [label, ...others] = labels;
    if (label !== undefined && others.length === 0) await source.keyOf({ label, period: 0 });
    sources.push(source);
  }
  return sources;
}

const keySource = (mode: ModeDefinition, set: ContentKeySet, { contentId, signal }: Run): ModeKeySource => ({
  mode,
  async keyOf(place) {
    const key = await answerOf(signal, set.keyOf(place));
    if (!key) throw fail.noKeyFor(contentId, place.label, place.period, mode.name);
    return key;
  },
});

/**
 * The keys that each mode needs for the tracks that it protects, now that these and the grid are known: by the mode's name.
 * @throws PackagerError NO_KEY when a label has none in a period, INVALID_KEY when two keys have one id, in one mode or in two of one scheme,
 * or one is published as a part of another
 */
export async function resolveKeys(
  sources: readonly ModeKeySource[],
  carried: ReadonlyMap<string, Carried>,
  policy: LabelPolicy,
  title: TitleOptions,
): Promise<Map<string, ModeKeys>> {
  const keys = new Map<string, ModeKeys>();
  for (const { mode, keyOf } of sources) {
    const found: PlacedKey[] = [];
    for (const place of placesOf(mode, carried.get(mode.name)!, policy, title)) {
      const { label, period } = place;
      found.push({ label, period, key: await keyOf(place) });
    }
    keys.set(mode.name, new ModeKeys(found));
  }
  requireOneKeyAnId(sources, keys);
  requireSecret([...keys.values()].flatMap(({ all }) => all));
  return keys;
}

/**
 * Each mode asks its source, which may make a key anew: whoever gives out licences knows a single one of an id. Of another scheme it
 * may be another: a key server may use one id for both.
 */
function requireOneKeyAnId(sources: readonly ModeKeySource[], keys: ReadonlyMap<string, ModeKeys>): void {
  const known = new Map<string, { readonly mode: string; readonly key: ContentKey }>();
  for (const { mode } of sources)
    for (const key of keys.get(mode.name)!.distinct) {
      const id = `${mode.scheme} ${key.hexId}`;
      const first = known.get(id) ?? { mode: mode.name, key };
      known.set(id, first);
      if (Buffer.compare(first.key.reveal(), key.reveal()) === 0) continue;
      throw fail.invalidKey(
        `Modes ${first.mode} and ${mode.name} were given two keys with one key id: ${key.uuid}.`,
        'Have the key source give the same key for an id each time it is asked, or every key an id of its own.',
      );
    }
}

/** What a mode needs keys for, by label, then by period. */
function placesOf(
  mode: ModeDefinition,
  carried: Carried,
  policy: LabelPolicy,
  title: TitleOptions,
): WantedPlace[] {
  if (!carried.carriage.carries) return [{ label: policy.labels[0]!, period: 0 }];
  const tracks = protectedTracks(mode, carried, title);
  const starts = periodStarts(carried.grid);
  const places = policy.labels.flatMap((label) => {
    const own = tracks.filter(({ track }) => policy.labelOf(track) === label);
    const labelled = own.map(({ track }) => track);
    return periodsOf(carried.grid, own).map((period) => ({
      label,
      period,
      tracks: labelled,
      starts: starts.get(period),
    }));
  });
  // No key, no output: that holds for a title too whose tracks are all to stay clear.
  return places.length > 0 ? places : [{ label: policy.labels[0]!, period: 0 }];
}

/** The tracks that a mode encrypts: none of their own in one that takes files as they are. */
export const protectedTracks = (
  mode: ModeDefinition,
  { video, audio, trickPlay = [], carriage }: Carried,
  title: TitleOptions,
): TimedTrack[] =>
  [...video, ...audio, ...trickPlay].filter(
    ({ track }) => (carriage.carries && mode.protects === 'resources') || protectsSamples(mode, track, title),
  );

/** @throws PackagerError INVALID_OPTION where there are several keys: a file that is encrypted whole has one */
function requireOneLabel({ name }: ModeDefinition, labels: readonly string[]): void {
  if (labels.length === 1) return;
  throw fail.invalidOption(
    `Mode ${name} encrypts files as they are, each under one key, and the tracks of the title have keys of their own (${labels.join(', ')}).`,
    `Take ${name} out of the modes, or let all tracks share a key.`,
  );
}

/** The label of each track, in their order. */
export const labelsOf = (tracks: readonly TimedTrack[], { labelOf, labels }: LabelPolicy): string[] =>
  tracks.map(({ track }) => {
    const label = labelOf(track);
    if (!labels.includes(label)) throw new RangeError(`the label ${label} is none that keys were asked for`);
    return label;
  });
