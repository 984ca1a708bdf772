import { tsOffsetOf } from '../containers/mpegts/write/offset.ts';
import type { ModeDefinition } from '../contract/packager.ts';
import type { RenditionResult } from '../contract/rendition.ts';
import type { Run } from '../contract/run.ts';
import type { TrackRef, UnitPlan } from '../contract/unit-plan.ts';
import { requireDiskSpace } from '../io/disk.ts';
import type { ContentKey } from '../keys/content-key.ts';
import type { TimedTrack } from '../media/timed-track.ts';
import type { Presentation } from '../title/presentation.ts';
import { executeUnit, type UnitContext, type UnitWork } from './execute-unit.ts';
import { type Carried, type PlannedUnit, planUnits } from './plan.ts';
import type { UnitEvents } from './unit-events.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface WriteOptions extends UnitContext {
  readonly modes: readonly ModeDefinition[];
  readonly presentation: Presentation;
  /** What of it each mode gets, by the mode's name. */
  readonly carried: ReadonlyMap<string, Carried>;
  /** By mode. */
  readonly keys: ReadonlyMap<string, ContentKey>;
  /** Absent: one unit after the other, in this thread. */
  readonly pool: WorkerPool | undefined;
  /** The hidden folder. */
  readonly root: string;
}

/** Write all units of all modes. Answers the results by mode, each in the order of the mode's plan. */
export async function writeUnits(options: WriteOptions): Promise<Map<string, RenditionResult[]>> {
  const { run, modes, presentation, carried, keys, pool } = options;
  const units = planUnits(modes, carried);
  for (const mode of modes) {
    const own = units.filter((planned) => planned.mode === mode);
    mode.checkKey?.(
      keys.get(mode.name)!,
      own.map(({ unit }) => unit),
      run,
    );
  }
  run.emit({
    type: 'plan',
    contentId: run.contentId,
    units: units.map(({ mode, unit }) => ({ mode: mode.name, unit: unit.id, bytes: unit.bytes })),
  });
  await requireDiskSpace(
    run.title.output,
    units.reduce(
      (sum, { unit }) => sum + unit.bytes + OVERHEAD_PER_SAMPLE * samplesOf(unit, presentation),
      0,
    ),
  );

  // Largest first, so that at the end no thread is left alone with a long one.
  const order = [...units.keys()].sort((a, b) => units[b]!.unit.bytes - units[a]!.unit.bytes);
  const tsOffset = tsOffsetOf(presentation);
  const works = order.map((index) => unitWork(units[index]!, options, tsOffset));
  const events = unitEvents(
    run,
    order.map((index) => units[index]!),
  );
  const results = pool ? await pool.execute(run, works, events) : await executeHere(options, works, events);

  const byMode = new Map<string, RenditionResult[]>(modes.map((mode) => [mode.name, []]));
  for (const [index, { mode }] of units.entries())
    byMode.get(mode.name)!.push(results[order.indexOf(index)]!);
  return byMode;
}

/** Headers of a sample and what fills its last transport packet; much for small audio frames, little for pictures. */
const OVERHEAD_PER_SAMPLE = 200;

const samplesOf = ({ tracks }: UnitPlan, { video, audio }: Presentation): number =>
  [...video, ...audio]
    .filter(({ track }) => tracks.some(({ input, id }) => input === track.input && id === track.id))
    .reduce((sum, { track }) => sum + track.sampleCount, 0);

function unitWork({ mode, unit }: PlannedUnit, options: WriteOptions, tsOffset: number): UnitWork {
  const { presentation, keys, root } = options;
  const timed = [...presentation.video, ...presentation.audio];
  const timingOf = ({ input, id }: TrackRef): TimedTrack['timing'] => {
    const found = timed.find(({ track }) => track.input === input && track.id === id);
    if (!found) throw new RangeError(`mode ${mode.name} plans a track that the title does not have`);
    return found.timing;
  };
  return {
    mode: mode.name,
    unit,
    key: keys.get(mode.name)!.transfer(),
    timings: unit.tracks.map(timingOf),
    grid: presentation.grid,
    tsOffset,
    root,
  };
}

async function executeHere(
  context: UnitContext,
  works: readonly UnitWork[],
  events: UnitEvents,
): Promise<RenditionResult[]> {
  const results: RenditionResult[] = [];
  for (const [index, work] of works.entries()) {
    context.run.throwIfCancelled();
    events.start(index);
    results.push(await executeUnit(context, work, (bytes) => events.progress(index, bytes)));
    events.end(index);
  }
  return results;
}

function unitEvents(run: Run, units: readonly PlannedUnit[]): UnitEvents {
  const done = units.map(() => 0);
  const emit = (index: number, state: 'start' | 'progress' | 'end') => {
    const { mode, unit } = units[index]!;
    run.emit({ type: 'unit', mode: mode.name, unit: unit.id, state, done: done[index]!, total: unit.bytes });
  };
  return {
    start: (index) => emit(index, 'start'),
    progress(index, bytes) {
      done[index]! += bytes;
      emit(index, 'progress');
    },
    end: (index) => emit(index, 'end'),
  };
}
