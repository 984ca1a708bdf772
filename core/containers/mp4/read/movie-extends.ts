import { type BoxSpan, childBoxes } from '../../../base/box-walk.ts';
import { viewOf } from '../../../base/bytes.ts';

/** What the samples of a fragment have where it does not say otherwise. */
export interface SampleDefaults {
  /** Entry of `stsd`, from 1. */
  readonly description: number;
  /** Ticks. */
  readonly duration: number;
  /** Bytes. */
  readonly size: number;
  /** ISO/IEC 14496-12, 8.8.3.1. */
  readonly flags: number;
}

/** For a track that `mvex` forgets. */
export const NO_DEFAULTS: SampleDefaults = { description: 1, duration: 0, size: 0, flags: 0 };

/** `mvex` with its `trex` boxes (ISO/IEC 14496-12, 8.8.1 and 8.8.3): the defaults by track_ID. */
export function readMovieExtends(bytes: Uint8Array, mvex: BoxSpan): ReadonlyMap<number, SampleDefaults> {
  const defaults = new Map<number, SampleDefaults>();
  const view = viewOf(bytes);
  for (const { type, payload, end } of childBoxes(bytes, mvex.payload, mvex.end)) {
    if (type !== 'trex' || end - payload < 24) continue;
    defaults.set(view.getUint32(payload + 4), {
      description: Math.max(1, view.getUint32(payload + 8)), // some writers leave it 0
      duration: view.getUint32(payload + 12),
      size: view.getUint32(payload + 16),
      flags: view.getUint32(payload + 20),
    });
  }
  return defaults;
}
