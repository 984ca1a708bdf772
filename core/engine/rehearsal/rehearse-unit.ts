import { fail } from '../../base/errors.ts';
import type { RenditionResult } from '../../contract/rendition.ts';
import type { ProtectedTrack, SegmentJob } from '../../contract/segment-job.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import type { Segment } from '../../media/segment.ts';
import type { TimedTrack } from '../../media/timed-track.ts';
import type { CodedTrack } from '../../media/track.ts';
import type { InputInfo } from '../../title/presentation.ts';
import { joinPeriods } from '../period-protector.ts';
import { isTextAlone, type UnitContext, type UnitWork, unitParts } from '../unit-parts.ts';
import { type CountedFile, CountingTree } from './counting-tree.ts';
import { firstSamples } from './first-samples.ts';
import { imaginaryProtectors } from './imaginary-protector.ts';
import { ImaginarySegments } from './imaginary-segments.ts';

/** What a unit will make. */
export interface RehearsedUnit {
  readonly result: RenditionResult;
  /** Every file that it writes, by its path in the mode's folder, with the size to expect. */
  readonly files: readonly CountedFile[];
}

/**
 * Let a mode write a unit without its bytes: the mode's own code runs, on segments that have the input's facts and nobody's
 * content, into files that are only counted. So the plan of any mode, a plugin's too, names what that mode really writes.
 * Of each track the first samples are read, nothing else of the input.
 */
export async function rehearseUnit(context: UnitContext, work: UnitWork): Promise<RehearsedUnit> {
  const { packager, run } = context;
  const { mode, unit } = work;
  const parts = await unitParts(context, work);
  const { definition, input, protectorsOf, job: known, tracks: found } = parts;
  const tracks: ProtectedTrack[] = [];
  const warn = (message: string) => run.warn(message);
  // By what names a track: a muxer may read one whose header it has changed.
  const starts = new Map<string, Segment | undefined>();
  const nameOf = ({ input, id }: CodedTrack) => `${input}/${id}`;
  for (const timed of found) {
    const { track, timing, keyLabel, isProtected } = timed;
    const first = await firstSamples(timed);
    starts.set(nameOf(track), first);
    const protectors = isProtected ? await protectorsOf(timed) : undefined;
    const protector = protectors && joinPeriods(imaginaryProtectors(protectors, { track, first, warn }));
    tracks.push({ track, timing, keyLabel, protector });
  }
  const output = new CountingTree();
  const job: SegmentJob = {
    ...known,
    tracks,
    output,
    resourceProtector:
      definition.protects === 'samples' || isTextAlone(parts)
        ? undefined
        : joinPeriods(await protectorsOf(undefined)),
    segments: (timed: TimedTrack, atOnce) =>
      new ImaginarySegments(timed, starts.get(nameOf(timed.track)), atOnce),
    openInput: async () => nothingOf(input),
    progress: () => run.throwIfCancelled(),
  };
  const result = await packager.hooks.segment.for(mode).promise(job, run);
  if (!result) throw fail.notSegmented(mode, unit.id);
  return { result, files: output.files };
}

/** A file of the input's size, of which nothing is read. */
const nothingOf = ({ name, bytes }: InputInfo): ByteSource => ({
  name,
  size: bytes,
  read: async () => {},
  close: async () => {},
});
