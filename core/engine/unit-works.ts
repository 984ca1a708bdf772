import { fail } from '../base/errors.ts';
import { tsOffsetOf } from '../containers/mpegts/write/offset.ts';
import type { ModeDefinition } from '../contract/packager.ts';
import type { Run } from '../contract/run.ts';
import type { TitleOptions } from '../contract/title-options.ts';
import { isSameTrack, type TrackRef, type UnitPlan } from '../contract/unit-plan.ts';
import { bytesOfThumbnails } from '../media/thumbnails.ts';
import type { TimedText } from '../media/timed-text.ts';
import type { TimedTrack } from '../media/timed-track.ts';
import type { CodedTrack } from '../media/track.ts';
import { CLEAR } from '../title/periods.ts';
import type { Presentation, SegmentGrid } from '../title/presentation.ts';
import { labelsOf, protectedTracks } from './title-keys.ts';
import type { TitleFacts } from './title-run.ts';
import type { UnitWork } from './unit-parts.ts';

/** A unit with the mode that it belongs to. */
export interface PlannedUnit {
  readonly mode: ModeDefinition;
  readonly unit: UnitPlan;
}

/**
 * All work of the title, mode by mode, in the order of the modes and of their plans. Each mode looks at its keys before.
 * @throws PackagerError for a key that a mode cannot use, LEFT_CLEAR for a unit of which nothing would be encrypted
 */
export function planUnits(
  { modes, policy, keys, carried, presentation }: TitleFacts,
  run: Run,
): PlannedUnit[] {
  return modes.flatMap((mode) => {
    requirePeriods(mode, run.title, presentation.grid);
    const part = carried.get(mode.name)!;
    const { carriage, leftOut: _, ...own } = part;
    const known = keys.get(mode.name)!;
    const encrypted = new Set(protectedTracks(mode, part, run.title).map(({ track }) => track));
    const labelOf = (track: CodedTrack) => (encrypted.has(track) ? policy.labelOf(track) : undefined);
    const units = carriage.plan(own, labelOf);
    requireTracks(mode, units);
    mode.checkKeys?.(known, units, run);
    return units.map((unit) => ({ mode, unit }));
  });
}

/**
 * A unit without tracks is a whole file, which is encrypted as one: by a mode of samples nothing of it would be.
 * @throws PackagerError LEFT_CLEAR
 */
function requireTracks({ name, protects }: ModeDefinition, units: readonly UnitPlan[]): void {
  const whole = units.find(({ tracks }) => tracks.length === 0);
  if (protects === 'samples' && whole)
    throw fail.leftClear(name, whole.id, 'the mode encrypts samples of tracks, and plans none for it');
}

/** @throws PackagerError INVALID_OPTION when keys change or segments stay clear, and the mode can tell nobody */
function requirePeriods(mode: ModeDefinition, title: TitleOptions, { periods }: SegmentGrid): void {
  const { name } = mode;
  const cannot = (what: string, option: string) =>
    fail.invalidOption(
      `Mode ${name} cannot tell players ${what}.`,
      `Take ${name} out of the modes, or \`${option}\` out of the config.`,
    );
  const hasLead = (title.clearLead ?? 0) > 0 || periods.includes(CLEAR);
  if (hasLead && !mode.clearLead) throw cannot('that the first segments are clear', 'clearLead');
  const changes = title.keyRotation !== undefined || new Set(periods).size > (hasLead ? 2 : 1);
  if (changes && !mode.keyRotation) throw cannot('that keys change', 'keyRotation');
}

/** What each of the units needs, as plain data that crosses threads. */
export function unitWorks(
  { presentation, policy, keys }: TitleFacts,
  units: readonly PlannedUnit[],
): UnitWork[] {
  const tsOffset = tsOffsetOf(presentation);
  return units.map(({ mode, unit }) => {
    const found = unit.tracks.map((ref) => timedTrack(presentation, ref, mode));
    const tracks = found.filter((one) => 'timing' in one);
    return {
      mode: mode.name,
      unit,
      keys: keys.get(mode.name)!.transfer(),
      keyLabels: labelsOf(tracks, policy),
      timings: tracks.map(({ timing }) => timing),
      textShifts: found.flatMap((one) => ('shift' in one ? one.shift : [])),
      grid: presentation.grid,
      tsOffset,
    };
  });
}

function timedTrack(
  { video, audio, text, trickPlay = [] }: Presentation,
  ref: TrackRef,
  mode: ModeDefinition,
): TimedTrack | TimedText {
  const found = [...video, ...audio, ...text, ...trickPlay].find(({ track }) => isSameTrack(ref, track));
  if (!found) throw new RangeError(`mode ${mode.name} plans a track that the title does not have`);
  return found;
}

/** Headers of a sample and what fills its last transport packet; much for small audio frames, little for pictures. */
const OVERHEAD_PER_SAMPLE = 200;

/** Text is written with markup around every cue, and cues that are shown at a cut on both sides of it. */
const TEXT_EXPANSION = 8;
/** Headers of a segment of text, and what of styles and regions, or of the head of TTML, stands in each. */
const [TEXT_SEGMENT, TEXT_HEAD] = [2048, 4096];

/** The room that units take, as far as can be said without looking closer: more than they will. */
export const roomFor = (units: readonly PlannedUnit[], presentation: Presentation): number =>
  units.reduce((sum, { unit }) => sum + roomOf(unit, presentation), 0) +
  bytesOfThumbnails(presentation.thumbnails) * new Set(withThumbnails(units)).size;

const withThumbnails = (units: readonly PlannedUnit[]): ModeDefinition[] =>
  units.flatMap(({ mode }) => (mode.thumbnails ? mode : []));

function roomOf(
  { bytes, tracks }: UnitPlan,
  { video, audio, text, trickPlay = [], grid }: Presentation,
): number {
  const has = ({ track }: TimedTrack | TimedText): boolean => tracks.some((ref) => isSameTrack(ref, track));
  const coded = [...video, ...audio, ...trickPlay].filter(has);
  const samples = coded.reduce((sum, { track }) => sum + track.sampleCount, 0);
  const markup = text.filter(has).reduce((sum, { track }) => {
    const each = TEXT_SEGMENT + Math.min(TEXT_HEAD, track.bytes);
    return sum + TEXT_EXPANSION * track.bytes + each * grid.count;
  }, 0);
  return bytes + OVERHEAD_PER_SAMPLE * samples + markup;
}
