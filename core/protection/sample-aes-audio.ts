import { BitstreamError } from '../base/bit-reader.ts';
import { fail } from '../base/errors.ts';
import { syncframeBytes } from '../codecs/ac3/syncframes.ts';
import type { CbcRuns } from '../crypto/cbc-runs.ts';
import type { Segment } from '../media/segment.ts';
import { describeTrack } from '../media/track.ts';

const BLOCK = 16;
/** Bytes at the start of a frame that stay clear: of AAC after the ADTS header, of AC-3 and E-AC-3 with the sync word. */
const LEADER = 16;
/** Smaller raw frames of AAC stay clear. */
const MIN_AAC_BYTES = 32;

type ProtectSegment = (segment: Segment) => Segment;
type Sample = (data: Uint8Array, from: number, to: number) => void;

const wholeBlocks = (bytes: number): number => Math.max(0, bytes - (bytes % BLOCK));

/** AAC: every whole block after the leader of a raw frame (Apple, MPEG-2 Stream Encryption Format, 2.3.1.1). */
export const protectAac = (runs: CbcRuns): ProtectSegment =>
  perSample((data, from, to) => {
    if (to - from < MIN_AAC_BYTES) return;
    encryptInPlace(runs, data, from + LEADER, wholeBlocks(to - from - LEADER));
  });

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

function encryptInPlace(runs: CbcRuns, data: Uint8Array, start: number, bytes: number): void {
  if (bytes === 0) return;
  const blocks = data.subarray(start, start + bytes);
  blocks.set(runs.encrypt(blocks));
}

/** Samples keep their sizes, so everything happens in place. */
const perSample =
  (protect: Sample): ProtectSegment =>
  (segment) => {
    const { data, sizes, track } = segment;
    let from = 0;
    for (let sample = 0; sample < segment.count; sample++) {
      const to = from + sizes[sample]!;
      try {
        protect(data, from, to);
      } catch (error) {
        if (!(error instanceof BitstreamError)) throw error;
        throw fail.notMedia(track.source.name, `a sample of ${describeTrack(track)} ${error.message}.`);
      }
      from = to;
    }
    return segment;
  };
