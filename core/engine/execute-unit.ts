import { fail } from '../base/errors.ts';
import type { RenditionResult } from '../contract/rendition.ts';
import type { SegmentJob } from '../contract/segment-job.ts';
import { isSameTrack } from '../contract/unit-plan.ts';
import type { EncryptApart } from '../crypto/cipher-thread.ts';
import type { TreeFile } from '../io/store.ts';
import { type JointReader, JointReading } from '../title/joint-reading.ts';
import { type OwnedSegments, SegmentReader } from '../title/segment-reader.ts';
import { ResourceGuard } from './guard-resources.ts';
import { guardedTracks } from './guarded-tracks.ts';
import { folderOf } from './mode-outputs.ts';
import type { Lane } from './pace.ts';
import { pacedSegments, pacedSource } from './paced-reading.ts';
import { joinPeriods } from './period-protector.ts';
import { askForHelp, type Helpers } from './segment-help.ts';
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
  /** Of a unit that is written beside others of an input that is far away. */
  readonly lane?: Lane | undefined;
  /** Of a unit that is written beside others of an input of the disk. @default it reads for itself */
  readonly joint?: JointReader | undefined;
  /** Encrypts what is finished, beside this thread. */
  readonly encryptApart?: EncryptApart | undefined;
  /** Who makes some of its segments. */
  readonly helpers?: Helpers | undefined;
}

/** Protect and write one unit: the part of the lifecycle that runs in any thread. */
export async function executeUnit(
  context: UnitContext,
  work: WrittenWork,
  onProgress: (bytes: number) => void,
  { lane, joint = new JointReading().enter(), encryptApart, helpers }: UnitOptions = {},
): Promise<WrittenUnit> {
  const { packager, run } = context;
  const { mode, unit } = work;
  const parts = await unitParts(context, work);
  const { definition } = parts;
  const { tracks, guards } = await guardedTracks(parts);
  const isEncryptedWhole = definition.protects === 'resources' && !isTextAlone(parts);
  const resources = isEncryptedWhole ? await guardResources(parts, work) : undefined;

  const store = packager.stores.of(run.title.output, run.signal);
  const output = store.tree(work.place, folderOf(definition, run.inputs));
  const readers: OwnedSegments[] = [];
  const help =
    resources || !definition.sharesSegments ? undefined : askForHelp(helpers, work, { tracks, guards });
  const job: SegmentJob = {
    ...parts.job,
    tracks,
    output,
    resourceProtector: resources?.protector,
    encryptApart,
    help,
    segments(timed, atOnce) {
      // What helpers make is not read here.
      const reader = lane || help ? new SegmentReader(timed, atOnce) : joint.segments(timed, atOnce);
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
  const leave = (): void => {
    lane?.leave();
    joint.leave();
    help?.close();
  };
  try {
    const result = await packager.hooks.segment.for(mode).promise(job, run);
    if (!result) throw fail.notSegmented(mode, unit.id);
    // By result, not by intention: what was really encrypted.
    const found = guards.map((guard) => guard?.finish());
    const written = output.files.map(({ position }) => position);
    const encryptedResources = resources?.finish(result.segments.sizes, written);
    for (const reader of readers) reader.release();
    // It reads no more: nobody is to wait for the disk that it waits for.
    leave();
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
    leave();
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
