import { fail } from '../base/errors.ts';
import type { RenditionResult } from '../contract/rendition.ts';
import type { SegmentJob } from '../contract/segment-job.ts';
import { isSameTrack } from '../contract/unit-plan.ts';
import type { TreeFile } from '../io/store.ts';
import { SegmentReader } from '../title/segment-reader.ts';
import { ResourceGuard } from './guard-resources.ts';
import { guardedTracks } from './guarded-tracks.ts';
import { type Lane, Pace } from './pace.ts';
import { pacedSegments, pacedSource } from './paced-reading.ts';
import { joinPeriods } from './period-protector.ts';
import { askForHelp, type Helpers, isWorthHelp } from './segment-help.ts';
import {
  isTextAlone,
  type UnitContext,
  type UnitParts,
  type UnitWork,
  unitParts,
  type WrittenWork,
} from './unit-parts.ts';

/** A unit that is written. Plain data that crosses threads. */
export interface WrittenUnit {
  readonly result: RenditionResult;
  /** What went through its tree, by paths in the mode's folder. */
  readonly files: readonly TreeFile[];
}

/** How a unit is written. */
export interface UnitOptions {
  /** Of a unit that is written beside others. */
  readonly lane?: Lane | undefined;
  /** Who makes some of its segments. */
  readonly helpers?: Helpers | undefined;
}

/** Protect and write one unit: the part of the lifecycle that runs in any thread. */
export async function executeUnit(
  context: UnitContext,
  work: WrittenWork,
  onProgress: (bytes: number) => void,
  { lane, helpers }: UnitOptions = {},
): Promise<WrittenUnit> {
  const { packager, run } = context;
  const { mode, unit } = work;
  const parts = await unitParts(context, work);
  const { definition } = parts;
  const { tracks, guards } = await guardedTracks(parts);
  const isEncryptedWhole = definition.protects === 'resources' && !isTextAlone(parts);
  const resources = isEncryptedWhole ? await guardResources(parts, work) : undefined;

  const store = packager.stores.of(run.title.output, run.signal);
  const output = store.tree(work.place, definition.folder?.(run.inputs));
  const readers: SegmentReader[] = [];
  const help =
    resources || !definition.sharesSegments ? undefined : askForHelp(helpers, work, { tracks, guards });
  const job: SegmentJob = {
    ...parts.job,
    tracks,
    output,
    resourceProtector: resources?.protector,
    help,
    segments(timed, atOnce) {
      const reader = new SegmentReader(timed, atOnce);
      readers.push(reader);
      return lane && timed.track.input === unit.input ? pacedSegments(reader, timed, lane) : reader;
    },
    async openInput() {
      const source = await context.inputs.open(unit.input);
      return lane ? pacedSource(source, lane) : source;
    },
    progress(bytes) {
      run.throwIfCancelled();
      onProgress(bytes);
    },
  };
  try {
    const result = await packager.hooks.segment.for(mode).promise(job, run);
    if (!result) throw fail.notSegmented(mode, unit.id);
    // By result, not by intention: what was really encrypted.
    const found = guards.map((guard) => guard?.finish());
    const encryptedResources = resources?.finish(result.segments.sizes);
    for (const reader of readers) reader.release();
    const guarded = {
      ...result,
      tracks: result.tracks.map((track) => {
        const protection = found[tracks.findIndex((timed) => isSameTrack(timed.track, track))];
        return { ...track, ...(protection && { protection }) };
      }),
      ...(encryptedResources && { encryptedResources }),
    };
    await output.settled?.();
    // Getters of the tree's own files do not cross threads.
    const files = output.files.map(({ path, position, receipt, checksum }) => ({
      ...{ path, position, receipt },
      ...(checksum && { checksum }),
    }));
    return { result: guarded, files };
  } finally {
    lane?.leave();
    help?.close();
    await output.abandon();
  }
}

async function guardResources(
  { protectorsOf }: UnitParts,
  { mode, unit }: UnitWork,
): Promise<ResourceGuard | undefined> {
  const protectors = await protectorsOf(undefined);
  const protector = joinPeriods(protectors);
  return protector && new ResourceGuard({ ...protectors, mode, unit: unit.id, protector });
}

/** Whether the bytes of an input come over a network. */
export const isFarInput = ({ packager, run }: UnitContext, input: number): boolean =>
  packager.sources.of(run.title.inputs[input]!).isFar;

/**
 * Write units in this thread: those of one input that is far away side by side, each byte of which is asked for once; others one
 * after the other. Where one fails, the others go no further.
 * @param onProgress hears of the unit at a place in `works`
 * @param helpers of units of the disk
 * @throws PackagerError the first failure, when nobody writes any more
 */
export async function executeTogether(
  context: UnitContext,
  works: readonly WrittenWork[],
  onProgress: (place: number, bytes: number) => void,
  helpers?: Helpers,
): Promise<WrittenUnit[]> {
  if (!works.every(({ unit }) => isFarInput(context, unit.input)))
    return executeInTurn(context, works, onProgress, helpers);
  const pace = works.length > 1 ? new Pace() : undefined;
  let failure: { readonly cause: unknown } | undefined;
  const written = await Promise.all(
    works.map(async (work, place) => {
      try {
        return await executeUnit(context, work, (bytes) => onProgress(place, bytes), { lane: pace?.enter() });
      } catch (cause) {
        failure ??= { cause };
        pace?.stop();
        return undefined;
      }
    }),
  );
  if (failure) throw failure.cause;
  return written.map((unit) => unit!);
}

async function executeInTurn(
  context: UnitContext,
  works: readonly WrittenWork[],
  onProgress: (place: number, bytes: number) => void,
  helpers: Helpers | undefined,
): Promise<WrittenUnit[]> {
  const written: WrittenUnit[] = [];
  for (const [place, work] of works.entries()) {
    const options = { helpers: isWorthHelp(work) ? helpers : undefined };
    written.push(await executeUnit(context, work, (bytes) => onProgress(place, bytes), options));
  }
  return written;
}
