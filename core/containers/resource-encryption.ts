import { fail } from '../base/errors.ts';
import type { SegmentJob } from '../contract/segment-job.ts';

/** Bytes given to the cipher at a time: it allocates each answer, and large ones take up to a third longer. */
const CIPHER_BYTES = 65_536;

/** A segment as a player fetches it. */
export interface EncryptedResource {
  /** Clear bytes in front of the ciphertext, in formats that have any. */
  readonly header: Uint8Array;
  readonly body: readonly Uint8Array[];
}

const NOTHING = new Uint8Array(0);

/**
 * What turns a finished segment into the resource that a player fetches, in modes that encrypt those; in others it stays as it is.
 * The memory of the parts is used for that.
 * @returns a function of the segment's number and its parts. @throws PackagerError NOT_PROTECTED, from it
 */
export function resourceEncryption({
  mode,
  unit,
  resourceProtector,
}: Pick<SegmentJob, 'mode' | 'unit' | 'resourceProtector'>): (
  index: number,
  parts: readonly Uint8Array[],
) => EncryptedResource {
  if (!resourceProtector) return (_, parts) => ({ header: NOTHING, body: parts });
  return (index, parts) => {
    const cipher = resourceProtector.protectResource?.(index);
    if (!cipher) throw fail.notProtected(mode, unit.id);
    const body: Uint8Array[] = [];
    for (const part of parts) {
      for (let at = 0; at < part.length; at += CIPHER_BYTES) {
        const piece = part.subarray(at, at + CIPHER_BYTES);
        const answer = cipher.update(piece);
        // Back where it came from, if it fits: an answer that lives on until it is written is collected late.
        const fits = answer.length <= piece.length;
        if (fits) piece.set(answer);
        body.push(fits ? piece.subarray(0, answer.length) : answer);
      }
    }
    body.push(cipher.final());
    return { header: cipher.header ?? NOTHING, body };
  };
}
