import { fail } from '../base/errors.ts';
import { answerOf } from '../base/unless-cancelled.ts';
import type { ModeDefinition, Packager } from '../contract/packager.ts';
import type { Run } from '../contract/run.ts';
import type { SegmentJob } from '../contract/segment-job.ts';
import type { TrackRef, UnitPlan } from '../contract/unit-plan.ts';
import { ModeKeys, type ModeKeysData } from '../keys/mode-keys.ts';
import { keyFrameTrack } from '../media/key-frames.ts';
import type { TimedText } from '../media/timed-text.ts';
import type { TimedTrack, TrackTiming } from '../media/timed-track.ts';
import { describeTrack, isCoded, type Track } from '../media/track.ts';
import type { Protector } from '../protection/protector.ts';
import { periodsOf } from '../title/periods.ts';
import type { InputInfo, SegmentGrid } from '../title/presentation.ts';
import { trickPlayWithin } from '../title/trick-play.ts';
import type { Inputs } from './inputs.ts';
import type { PeriodProtectors } from './period-protector.ts';
import { protectsSamples } from './plan.ts';

/** Everything that one unit needs besides the run itself; plain data that crosses threads. */
export interface UnitWork {
  readonly mode: string;
  readonly unit: UnitPlan;
  /** Of the whole mode. */
  readonly keys: ModeKeysData;
  /** Of the unit's coded tracks, in their order; so are their timings. */
  readonly keyLabels: readonly string[];
  readonly timings: readonly TrackTiming[];
  /** `TimedText.shift` of the unit's text tracks, in their order. */
  readonly textShifts: readonly number[];
  readonly grid: SegmentGrid;
  readonly tsOffset: number;
}

/** A unit, and where it is written. */
export interface WrittenWork extends UnitWork {
  /** Of the staged output, from which the store opens the tree that the unit writes into. */
  readonly place: unknown;
}

/** One thread's view of a run. */
export interface UnitContext {
  readonly packager: Packager;
  readonly run: Run;
  readonly inputs: Inputs;
}

/** A track of a unit. */
export interface UnitTrack extends TimedTrack {
  readonly keyLabel: string;
  /** The one way for a track to stay clear is the config's own word. */
  readonly isProtected: boolean;
}

/** A unit with what it is made of, as one thread finds it. */
export interface UnitParts {
  readonly definition: ModeDefinition;
  readonly input: InputInfo;
  readonly tracks: readonly UnitTrack[];
  /**
   * What protects a track, or (`undefined`) the unit's resources, in each of its crypto periods.
   * @throws PackagerError NOT_PROTECTED when nobody says
   */
  protectorsOf(track: UnitTrack | undefined): Promise<PeriodProtectors>;
  /** The part of its job that is the same, whoever reads and writes. */
  readonly job: Pick<SegmentJob, 'mode' | 'unit' | 'run' | 'keys' | 'input' | 'text' | 'grid' | 'tsOffset'>;
}

/** Whether a unit is made of text and nothing else, which no mode encrypts; of all else it may be that the whole is encrypted. */
export const isTextAlone = ({ tracks, job }: Pick<UnitParts, 'tracks' | 'job'>): boolean =>
  tracks.length === 0 && job.text.length > 0;

/** Find what a unit is made of. */
export async function unitParts(context: UnitContext, work: UnitWork): Promise<UnitParts> {
  const { packager, run, inputs } = context;
  const { mode, unit, grid, tsOffset } = work;
  const definition = packager.modes.get(mode);
  const input = run.inputs[unit.input];
  if (!definition || !input) throw fail.unexpected(`this thread has no mode ${mode}, or not its input`);
  const keys = ModeKeys.from(work.keys);
  const tracks: UnitTrack[] = [];
  const text: TimedText[] = [];
  for (const ref of unit.tracks) {
    const track = await findTrack(inputs, ref);
    if (track.kind === 'text') {
      text.push({ track, shift: work.textShifts[text.length] ?? 0 });
      continue;
    }
    if (!isCoded(track)) throw new RangeError(`no unit is made of ${describeTrack(track)}`);
    const index = tracks.length;
    const [timing, keyLabel] = [work.timings[index], work.keyLabels[index]];
    if (!timing || keyLabel === undefined)
      throw new RangeError(`no timing or no label for ${describeTrack(track)}`);
    const shown =
      track.kind === 'video' && track.trickPlay === 'given' ? trickPlayWithin(track, timing, grid) : track;
    tracks.push({
      track: shown,
      timing,
      keyLabel,
      isProtected: protectsSamples(definition, shown, run.title),
    });
  }
  return {
    definition,
    input,
    tracks,
    async protectorsOf(timed) {
      const { label, periods, used } = timed
        ? { label: timed.keyLabel, periods: grid.periods, used: periodsOf(grid, [timed]) }
        : resourcePeriods(work, tracks);
      const track = timed?.track;
      const byPeriod = new Map<number, Protector>();
      for (const period of used) {
        const request = { mode, unit, track, key: keys.of(label, period), label, period };
        const protector = await answerOf(run.signal, packager.hooks.encrypt.for(mode).promise(request, run));
        if (!protector) throw fail.notProtected(mode, track ? describeTrack(track) : unit.id);
        byPeriod.set(period, protector);
      }
      return { periods, byPeriod };
    },
    job: { mode, unit, run, keys, input, text, grid, tsOffset },
  };
}

/** Under which keys resources are: all that is in one is under one key. */
function resourcePeriods({ mode, unit, keys, keyLabels, grid }: UnitWork, tracks: readonly UnitTrack[]) {
  const [label = keys[0]?.label, ...others] = new Set(keyLabels);
  if (label === undefined || others.length > 0)
    throw fail.unexpected(`${mode} ${unit.id} has tracks under several keys, and is encrypted as a whole.`);
  // A file that is encrypted as it is has no segments: it is in the first period.
  if (tracks.length === 0) return { label, periods: Int32Array.of(0), used: [0] };
  return { label, periods: grid.periods, used: periodsOf(grid, tracks) };
}

async function findTrack(inputs: Inputs, { input, id, trickPlay }: TrackRef): Promise<Track> {
  const track = (await inputs.tracks(input)).find((candidate) => candidate.id === id);
  if (!track) throw new RangeError(`input ${input} has no track ${id}`);
  return trickPlay === 'key-frames' && track.kind === 'video' ? keyFrameTrack(track, trickPlay) : track;
}
