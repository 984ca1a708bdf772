import type { ProtectedTrack } from '../contract/segment-job.ts';
import { SampleGuard } from './guard-samples.ts';
import { joinPeriods } from './period-protector.ts';
import type { UnitParts, UnitTrack } from './unit-parts.ts';

/** The tracks of a unit as its mode gets them, and who judges their protectors by what these do. */
export interface GuardedTracks {
  readonly tracks: readonly ProtectedTrack[];
  /** Of each track; `undefined`: it stays clear. */
  readonly guards: readonly (SampleGuard | undefined)[];
}

/** @throws PackagerError NOT_PROTECTED when nobody says how a track is protected */
export async function guardedTracks({ tracks, job, protectorsOf }: UnitParts): Promise<GuardedTracks> {
  const { mode, run } = job;
  const guarded: ProtectedTrack[] = [];
  const guards: (SampleGuard | undefined)[] = [];
  const warn = (line: string) => run.warn(line);
  /** On its own: what is here in sight would live as long as the unit, and protectors go one by one. */
  const guardOf = async (timed: UnitTrack): Promise<SampleGuard | undefined> => {
    const { track, timing, isProtected } = timed;
    const protectors = isProtected ? await protectorsOf(timed) : undefined;
    const protector = protectors && joinPeriods(protectors);
    return protector && new SampleGuard({ ...protectors, mode, track, timing, protector, warn });
  };
  for (const timed of tracks) {
    const { track, timing, keyLabel } = timed;
    const guard = await guardOf(timed);
    guards.push(guard);
    guarded.push({ track, timing, keyLabel, protector: guard?.protector });
  }
  return { tracks: guarded, guards };
}
