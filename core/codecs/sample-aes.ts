import { BitstreamError } from '../base/bit-reader.ts';
import { fail } from '../base/errors.ts';
import type { CbcRuns } from '../crypto/cbc-runs.ts';
import type { Segment } from '../media/segment.ts';
import { describeTrack } from '../media/track.ts';

const BLOCK = 16;
/** Bytes at the start of a frame that stay clear: of AAC after the ADTS header, of AC-3 and E-AC-3 with the sync word. */
export const LEADER = 16;

/** Encrypts a segment; what `Codec.sampleAes` answers. */
export type ProtectSegment = (segment: Segment) => Segment;

type Sample = (data: Uint8Array, from: number, to: number) => void;

export const wholeBlocks = (bytes: number): number => Math.max(0, bytes - (bytes % BLOCK));

/** Encrypt whole blocks where they are, as one chain that begins from the IV. */
export function encryptInPlace(runs: CbcRuns, data: Uint8Array, start: number, bytes: number): void {
  if (bytes === 0) return;
  const blocks = data.subarray(start, start + bytes);
  blocks.set(runs.encrypt(blocks));
}

/** Samples keep their sizes, so everything happens in place. */
export const perSample =
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
