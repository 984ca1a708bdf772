import type { ModeDefinition } from '../contract/packager.ts';
import type { RenditionResult } from '../contract/rendition.ts';
import type { Run } from '../contract/run.ts';
import { CipherThread } from '../crypto/cipher-thread.ts';
import type { StagedFile, StagedOutput } from '../io/store.ts';
import { executeTogether, isFarInput, type OtherThreads } from './execute-together.ts';
import type { WrittenUnit } from './execute-unit.ts';
import { isWorthCiphers } from './pool-size.ts';
import { stagedFiles } from './staged-files.ts';
import type { TitleFacts, TitleThreads } from './title-run.ts';
import type { UnitEvents } from './unit-events.ts';
import { type GroupedWorks, unitGroups } from './unit-groups.ts';
import type { UnitContext, WrittenWork } from './unit-parts.ts';
import { type PlannedUnit, roomFor, unitWorks } from './unit-works.ts';

export interface WriteOptions extends UnitContext, TitleFacts {
  readonly units: readonly PlannedUnit[];
  /** Absent: one unit after the other, in this thread alone. */
  readonly threads: TitleThreads | undefined;
  /** Whether there may be others: nobody has said how many. */
  readonly mayStartThreads: boolean;
  readonly staging: StagedOutput;
}

/** What all units have written. */
export interface WrittenUnits {
  /** By mode, each in the order of the mode's plan. */
  readonly results: Map<string, RenditionResult[]>;
  /** All files, by paths in the output location. */
  readonly files: readonly StagedFile[];
}

/** Write all units of all modes. */
export async function writeUnits(options: WriteOptions): Promise<WrittenUnits> {
  const { run, modes, presentation, threads, staging, units } = options;
  run.emit({
    type: 'plan',
    contentId: run.contentId,
    units: units.map(({ mode, unit }) => ({ mode: mode.name, unit: unit.id, bytes: unit.bytes })),
  });
  await staging.requireRoom(roomFor(units, presentation));

  // Largest first, so that at the end no thread is left alone with a long one.
  const order = [...units.keys()].sort((a, b) => units[b]!.unit.bytes - units[a]!.unit.bytes);
  const ordered = order.map((index) => units[index]!);
  const works = unitWorks(options, ordered).map((work) => ({ ...work, place: staging.place }));
  const events = unitEvents(run, ordered);
  const writers = threads?.areHelpers ? undefined : threads;
  const groups = unitGroups(works, {
    isFar: (input) => isFarInput(options, input),
    hasOthers: writers?.pool.hasSeveral ?? false,
    atOnce: writers ? Math.min(writers.pool.size, writers.place.atMost) : 1,
  });
  const written = writers
    ? await writers.pool.execute(writers.place, run, { works, groups }, events)
    : await executeHere(options, { works, groups }, events);
  const inOrder = units.map((_, index) => written[order.indexOf(index)]!);
  return {
    results: byMode(modes, units, (index) => inOrder[index]!.result),
    files: inOrder.flatMap(({ result, files }, index) =>
      stagedFiles(units[index]!.mode, run, { declared: result.files, written: files, isManifest: false }),
    ),
  };
}

/** What belongs to the units, by the mode's name, in the order of its plan. @param of the place of a unit */
function byMode<T>(
  modes: readonly ModeDefinition[],
  units: readonly PlannedUnit[],
  of: (index: number) => T,
): Map<string, T[]> {
  const found = new Map<string, T[]>(modes.map((mode) => [mode.name, []]));
  for (const [index, { mode }] of units.entries()) found.get(mode.name)!.push(of(index));
  return found;
}

async function executeHere(
  context: WriteOptions,
  { works, groups }: GroupedWorks,
  events: UnitEvents,
): Promise<WrittenUnit[]> {
  const { run, threads, units, mayStartThreads } = context;
  const helpers = threads && { begin: (work: WrittenWork) => threads.pool.help(threads.place, run, work) };
  const ciphers = mayStartThreads && units.some(isWorthCiphers) ? new CipherThread() : undefined;
  try {
    return await executeGroups(context, { works, groups }, events, {
      helpers,
      encryptApart: ciphers?.encrypt,
    });
  } finally {
    await ciphers?.close();
  }
}

/** Write the groups one after the other. */
async function executeGroups(
  context: WriteOptions,
  { works, groups }: GroupedWorks,
  events: UnitEvents,
  others: OtherThreads,
): Promise<WrittenUnit[]> {
  const { run } = context;
  const results: WrittenUnit[] = [];
  for (const group of groups) {
    run.throwIfCancelled();
    for (const index of group) events.start(index);
    const own = group.map((index) => works[index]!);
    const progress = (place: number, bytes: number) => events.progress(group[place]!, bytes);
    const written = await executeTogether(context, own, progress, others);
    for (const [place, index] of group.entries()) {
      results[index] = written[place]!;
      events.end(index);
    }
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
