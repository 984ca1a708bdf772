import { fail } from '../base/errors.ts';
import { keepForOthers } from '../base/reused-memory.ts';
import type { Soon } from '../base/soon.ts';
import { updateInPlace } from '../base/update-in-place.ts';
import type { SegmentJob } from '../contract/segment-job.ts';
import type { EncryptApart } from '../crypto/cipher-thread.ts';
import type { ApartCipher, ResourceCipher } from '../protection/protector.ts';
import type { Muxer } from './muxer.ts';

/** Bytes given to the cipher at a time: it allocates each answer, and large ones take several times as long. */
const CIPHER_BYTES = 65_536;

/** A segment as a player fetches it. */
export interface EncryptedResource {
  /** Clear bytes in front of the ciphertext, in formats that have any. */
  readonly header: Uint8Array;
  readonly body: readonly Uint8Array[];
  /** It is written: its memory may be used again. */
  release?(): void;
}

type ResourceJob = Pick<SegmentJob, 'mode' | 'unit' | 'resourceProtector' | 'encryptApart'>;

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
 * The memory of the parts is used for that. Another thread does it where there is one, and the muxer gives its memory away.
 * @returns a function of the segment's number and its parts. @throws PackagerError NOT_PROTECTED, from it
 */
export function resourceEncryption(
  { mode, unit, resourceProtector, encryptApart }: ResourceJob,
  { givesMemory = false, copiesSamples }: Pick<Muxer, 'givesMemory' | 'copiesSamples'>,
): (index: number, parts: readonly Uint8Array[]) => Soon<EncryptedResource> {
  if (!resourceProtector) return (_, parts) => ({ header: NOTHING, body: parts });
  return (index, parts) => {
    const cipher = resourceProtector.protectResource?.(index);
    if (!cipher) throw fail.notProtected(mode, unit.id);
    const { header = NOTHING, apart } = cipher;
    const elsewhere =
      apart && encryptApart && givesMemory && copiesSamples
        ? encryptedApart(apart, encryptApart, { header, parts })
        : undefined;
    if (elsewhere) return elsewhere;
    const body = parts.flatMap((part) => encryptInPieces(cipher, part));
    body.push(cipher.final());
    return { header, body };
  };
}

/** @returns `undefined` where no other thread does it */
function encryptedApart(
  { recipe, watch }: ApartCipher,
  encryptApart: EncryptApart,
  { header, parts }: { readonly header: Uint8Array; readonly parts: readonly Uint8Array[] },
): Promise<EncryptedResource> | undefined {
  const judge = watch?.(parts);
  return encryptApart(recipe, parts)?.then(({ pieces, memory }) => {
    judge?.(pieces);
    const release = () => {
      for (const buffer of memory) keepForOthers(new Uint8Array(buffer));
    };
    return { header, body: pieces, release };
  });
}
