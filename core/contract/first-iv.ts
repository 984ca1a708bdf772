import type { EncryptRequest } from './hooks.ts';
import type { Run } from './run.ts';
import { isSameTrack } from './unit-plan.ts';

/**
 * Where the IVs of a track begin, for schemes that count them (`cenc`): 8 bytes by chance, others for each mode, unit, track and
 * crypto period, for under one key no IV may ever come twice.
 */
export function firstIv({ mode, unit, track, period }: EncryptRequest, run: Run): Uint8Array {
  const place = unit.tracks.findIndex((ref) => track && isSameTrack(ref, track));
  const which = `${period === 0 ? '' : `/${period}`}${place > 0 ? `/track-${place + 1}` : ''}`;
  return run.random(`${mode}/${unit.id}/iv${which}`, 8);
}
