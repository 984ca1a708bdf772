import { fail } from '../base/errors.ts';
import { updateInPlace } from '../base/update-in-place.ts';
import type { SegmentJob } from '../contract/segment-job.ts';
import type { ResourceCipher } from '../protection/protector.ts';

/** Bytes given to the cipher at a time: it allocates each answer, and large ones take several times as long. */
const CIPHER_BYTES = 65_536;

/** A segment as a player fetches it. */
export interface EncryptedResource {
  /** Clear bytes in front of the ciphertext, in formats that have any. */
  readonly header: Uint8Array;
  readonly body: readonly Uint8Array[];
}

const NOTHING = new Uint8Array(0);

/**
 * Encrypt bytes of a resource, in pieces that are large enough for few calls and small enough for the processor's cache. Their memory is
 * used for that, and for the ciphertext wherever it fits.
 */
export function encryptInPieces(cipher: Pick<ResourceCipher, 'update'>, bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += CIPHER_BYTES) {
    pieces.push(updateInPlace(cipher, bytes.subarray(at, at + CIPHER_BYTES)));
  }
  return pieces;
}

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
    const body = parts.flatMap((part) => encryptInPieces(cipher, part));
    body.push(cipher.final());
    return { header: cipher.header ?? NOTHING, body };
  };
}
