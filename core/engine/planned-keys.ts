import type { ModeDefinition } from '../contract/packager.ts';
import { type TrackRef, trackRef } from '../contract/unit-plan.ts';
import { periodsOf } from '../title/periods.ts';
import type { OpenTitle } from './open-title.ts';
import { protectedTracks } from './title-keys.ts';

/** Which key is for what: its id, and nothing of the key. */
export interface PlannedKey {
  readonly label: string;
  /** Crypto period, from 0. */
  readonly period: number;
  /** A UUID. */
  readonly keyId: string;
  /** What is encrypted with it; empty for a mode that takes files as they are. */
  readonly tracks: readonly TrackRef[];
}

/** The mode's keys, each with the tracks that have segments under it. */
export function plannedKeys({ title, policy, keys, carried }: OpenTitle, mode: ModeDefinition): PlannedKey[] {
  const own = carried.get(mode.name)!;
  const tracks = protectedTracks(mode, own, title.run.title).map((timed) => ({
    ref: trackRef(timed.track),
    label: policy.labelOf(timed.track),
    periods: new Set(periodsOf(own.grid, [timed])),
  }));
  return keys.get(mode.name)!.all.map(({ label, period, key }) => ({
    label,
    period,
    keyId: key.uuid,
    tracks: tracks
      .filter((track) => track.label === label && track.periods.has(period))
      .map(({ ref }) => ref),
  }));
}
