import { fail } from '../base/errors.ts';
import type { ModeDefinition, Packager } from '../contract/packager.ts';
import type { Run } from '../contract/run.ts';
import type { SegmentJob } from '../contract/segment-job.ts';
import type { TrackRef, UnitPlan } from '../contract/unit-plan.ts';
import { ContentKey, type ContentKeyData } from '../keys/content-key.ts';
import type { TimedTrack, TrackTiming } from '../media/timed-track.ts';
import { describeTrack, type Track } from '../media/track.ts';
import type { Protector } from '../protection/protector.ts';
import type { InputInfo, SegmentGrid } from '../title/presentation.ts';
import type { Inputs } from './inputs.ts';

/** Everything that one unit needs besides the run itself; plain data that crosses threads. */
export interface UnitWork {
  readonly mode: string;
  readonly unit: UnitPlan;
  readonly key: ContentKeyData;
  /** Of the unit's tracks, in their order. */
  readonly timings: readonly TrackTiming[];
  readonly grid: SegmentGrid;
  readonly tsOffset: number;
}

/** One thread's view of a run. */
export interface UnitContext {
  readonly packager: Packager;
  readonly run: Run;
  readonly inputs: Inputs;
}

/** A track of a unit. */
export interface UnitTrack extends TimedTrack {
  /** The one way for a track to stay clear is the config's own word. */
  readonly isProtected: boolean;
}

/** A unit with what it is made of, as one thread finds it. */
export interface UnitParts {
  readonly definition: ModeDefinition;
  readonly input: InputInfo;
  readonly tracks: readonly UnitTrack[];
  /** What protects a track, or (`undefined`) the unit's resources. @throws PackagerError NOT_PROTECTED when nobody says */
  protectorOf(track: Track | undefined): Promise<Protector>;
  /** The part of its job that is the same, whoever reads and writes. */
  readonly job: Pick<SegmentJob, 'mode' | 'unit' | 'run' | 'key' | 'input' | 'grid' | 'tsOffset'>;
}

/** Find what a unit is made of. */
export async function unitParts(context: UnitContext, work: UnitWork): Promise<UnitParts> {
  const { packager, run, inputs } = context;
  const { mode, unit, grid, tsOffset } = work;
  const definition = packager.modes.get(mode);
  const input = run.inputs[unit.input];
  if (!definition || !input) throw fail.unexpected(`this thread has no mode ${mode}, or not its input`);
  const key = ContentKey.from(work.key);
  const bySample = definition.protects === 'samples';
  const tracks: UnitTrack[] = [];
  for (const [index, ref] of unit.tracks.entries()) {
    const track = await findTrack(inputs, ref);
    const timing = work.timings[index];
    if (!timing) throw new RangeError(`no timing for ${describeTrack(track)}`);
    tracks.push({ track, timing, isProtected: bySample && !run.title.clear.includes(track.kind) });
  }
  return {
    definition,
    input,
    tracks,
    async protectorOf(track) {
      const protector = await packager.hooks.encrypt.for(mode).promise({ mode, unit, track, key }, run);
      if (!protector) throw fail.notProtected(mode, track ? describeTrack(track) : unit.id);
      return protector;
    },
    job: { mode, unit, run, key, input, grid, tsOffset },
  };
}

async function findTrack(inputs: Inputs, { input, id }: TrackRef): Promise<Track> {
  const track = (await inputs.tracks(input)).find((candidate) => candidate.id === id);
  if (!track) throw new RangeError(`input ${input} has no track ${id}`);
  return track;
}
