import type { EncryptRequest } from './hooks.ts';
import type { Run } from './run.ts';

/**
 * Where the IVs of a track begin, for schemes that count them (`cenc`): 8 bytes by chance, others for each mode, unit and crypto
 * period, for under one key no IV may ever come twice.
 */
export const firstIv = ({ mode, unit, period }: EncryptRequest, run: Run): Uint8Array =>
  run.random(`${mode}/${unit.id}/iv${period === 0 ? '' : `/${period}`}`, 8);
