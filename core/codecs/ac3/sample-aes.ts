import type { CbcRuns } from '../../crypto/cbc-runs.ts';
import { encryptInPlace, LEADER, type ProtectSegment, perSample, wholeBlocks } from '../sample-aes.ts';
import { syncframeBytes } from './syncframes.ts';

/** AC-3: every whole block after the leader of a syncframe; each begins from the IV (2.3.1.2). */
export const protectAc3 = (runs: CbcRuns): ProtectSegment =>
  perSample((data, from, to) => {
    for (let at = from; at < to; ) {
      const bytes = syncframeBytes(data, at, to);
      encryptInPlace(runs, data, at + LEADER, wholeBlocks(bytes - LEADER));
      at += bytes;
    }
  });

/**
 * E-AC-3: every whole block after the leader of each syncframe. An audio frame begins from the IV and the chain runs
 * on through its syncframes (2.3.1.3): a sample is one such frame, with all its substreams.
 */
export function protectEac3(runs: CbcRuns): ProtectSegment {
  let gathered = new Uint8Array(8192);
  return perSample((data, from, to) => {
    const first = syncframeBytes(data, from, to);
    if (first === to - from) {
      encryptInPlace(runs, data, from + LEADER, wholeBlocks(first - LEADER));
      return;
    }
    if (gathered.length < to - from) gathered = new Uint8Array(2 * (to - from));
    let length = 0;
    eachBody(data, from, to, (start, end) => {
      gathered.set(data.subarray(start, end), length);
      length += end - start;
    });
    if (length === 0) return;
    const ciphertext = runs.encrypt(gathered.subarray(0, length));
    let position = 0;
    eachBody(data, from, to, (start, end) => {
      data.set(ciphertext.subarray(position, position + end - start), start);
      position += end - start;
    });
  });
}

/** Visit the blocks that are encrypted of each syncframe of a sample. */
function eachBody(
  data: Uint8Array,
  from: number,
  to: number,
  visit: (start: number, end: number) => void,
): void {
  for (let at = from; at < to; ) {
    const bytes = syncframeBytes(data, at, to);
    const start = at + LEADER;
    visit(start, start + wholeBlocks(bytes - LEADER));
    at += bytes;
  }
}
