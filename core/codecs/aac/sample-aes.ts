import type { CbcRuns } from '../../crypto/cbc-runs.ts';
import { encryptInPlace, LEADER, type ProtectSegment, perSample, wholeBlocks } from '../sample-aes.ts';

/** Smaller raw frames stay clear. */
const MIN_AAC_BYTES = 32;

/** AAC: every whole block after the leader of a raw frame (Apple, MPEG-2 Stream Encryption Format, 2.3.1.1). */
export const protectAac = (runs: CbcRuns): ProtectSegment =>
  perSample((data, from, to) => {
    if (to - from < MIN_AAC_BYTES) return;
    encryptInPlace(runs, data, from + LEADER, wholeBlocks(to - from - LEADER));
  });
