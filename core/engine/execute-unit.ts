import { fail } from '../base/errors.ts';
import type { Packager } from '../contract/packager.ts';
import type { RenditionResult } from '../contract/rendition.ts';
import type { Run } from '../contract/run.ts';
import type { ProtectedTrack, SegmentJob } from '../contract/segment-job.ts';
import type { TrackRef, UnitPlan } from '../contract/unit-plan.ts';
import { fileTree } from '../io/file-tree.ts';
import { ContentKey, type ContentKeyData } from '../keys/content-key.ts';
import type { TrackTiming } from '../media/timed-track.ts';
import { describeTrack, type Track } from '../media/track.ts';
import type { Protector } from '../protection/protector.ts';
import type { SegmentGrid } from '../title/presentation.ts';
import { ResourceGuard } from './guard-resources.ts';
import { SampleGuard } from './guard-samples.ts';
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
  /** The hidden folder that the unit writes into. */
  readonly root: string;
}

/** One thread's view of a run. */
export interface UnitContext {
  readonly packager: Packager;
  readonly run: Run;
  readonly inputs: Inputs;
}

/** Protect and write one unit: the part of the lifecycle that runs in any thread. */
export async function executeUnit(
  { packager, run, inputs }: UnitContext,
  work: UnitWork,
  onProgress: (bytes: number) => void,
): Promise<RenditionResult> {
  const { mode, unit, grid, tsOffset } = work;
  const { encrypt, segment } = packager.hooks;
  const definition = packager.modes.get(mode);
  const input = run.inputs[unit.input];
  if (!definition || !input) throw fail.unexpected(`this thread has no mode ${mode}, or not its input`);

  const key = ContentKey.from(work.key);
  const protectorOf = async (track: Track | undefined): Promise<Protector> => {
    const protector = await encrypt.for(mode).promise({ mode, unit, track, key }, run);
    if (!protector) throw fail.notProtected(mode, track ? describeTrack(track) : unit.id);
    return protector;
  };

  const bySample = definition.protects === 'samples';
  const tracks: ProtectedTrack[] = [];
  const guards: (SampleGuard | undefined)[] = [];
  for (const [index, ref] of unit.tracks.entries()) {
    const track = await findTrack(inputs, ref);
    const timing = work.timings[index];
    if (!timing) throw new RangeError(`no timing for ${describeTrack(track)}`);
    // The one way for a track to stay clear is the config's own word.
    const isProtected = bySample && !run.title.clear.includes(track.kind);
    const guard = isProtected
      ? new SampleGuard({ mode, track, protector: await protectorOf(track), warn: (line) => run.warn(line) })
      : undefined;
    guards.push(guard);
    tracks.push({ track, timing, protector: guard?.protector });
  }
  const resources = bySample ? undefined : new ResourceGuard(mode, unit.id, await protectorOf(undefined));

  const output = fileTree(work.root, definition.folder?.(run.inputs));
  const job: SegmentJob = {
    ...{ mode, unit, run, key, input, tracks, grid, output, tsOffset },
    resourceProtector: resources?.protector,
    progress(bytes) {
      run.throwIfCancelled();
      onProgress(bytes);
    },
  };
  try {
    const result = await segment.for(mode).promise(job, run);
    if (!result) throw fail.notSegmented(mode, unit.id);
    // By result, not by intention: what was really encrypted.
    const found = guards.map((guard) => guard?.finish());
    const encryptedResources = resources?.finish();
    return {
      ...result,
      tracks: result.tracks.map((track) => {
        const protection = found[tracks.findIndex((timed) => isSame(timed.track, track))];
        return { ...track, ...(protection && { protection }) };
      }),
      ...(encryptedResources && { encryptedResources }),
    };
  } finally {
    await output.abandon();
  }
}

const isSame = (a: TrackRef, b: TrackRef): boolean => a.input === b.input && a.id === b.id;

async function findTrack(inputs: Inputs, { input, id }: TrackRef): Promise<Track> {
  const track = (await inputs.tracks(input)).find((candidate) => candidate.id === id);
  if (!track) throw new RangeError(`input ${input} has no track ${id}`);
  return track;
}
