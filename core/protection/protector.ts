import type { CipherRecipe } from '../crypto/cipher-thread.ts';
import type { Segment } from '../media/segment.ts';

/**
 * What a mode's `encrypt` hook answers. It has two faces, each optional: one changes a segment's samples before they
 * are muxed, one encrypts a finished resource. `segment` calls them at the right moment.
 */
export interface Protector {
  /** The scheme: `cenc`, `cbcs`, `sample-aes`, `aes-128`, or a plugin's own. */
  readonly scheme: string;
  /**
   * Encrypt a whole segment, in place where sizes allow. Segments come in order, once each.
   * The answer may use memory of the argument, or of the protector's own: it is valid until the next but one call.
   */
  protectSegment?(segment: Segment): Segment;
  /**
   * A segment comes by that another protector of the same track protects, made with the same options: go on as if it had been this one's.
   * It is only told of segments that hold nothing that later ones depend on (parameter sets of their own). Without it one protector has
   * all segments of a track, and one thread.
   */
  pass?(segment: Pick<Segment, 'index' | 'count'>): void;
  /** Start the encryption of the `index`-th resource of the unit. */
  protectResource?(index: number): ResourceCipher;
}

/** Encrypts one resource, front to back. */
export interface ResourceCipher {
  /** The IV that the playlist must state, if the scheme has one. */
  readonly iv?: Uint8Array;
  /** Clear bytes put before the ciphertext (a container header), if the format has any. */
  readonly header?: Uint8Array;
  /** The bytes stay as they are. The answer is the caller's, who may free its memory: a plugin that answers from memory of its own hands out copies. */
  update(bytes: Uint8Array): Uint8Array;
  final(): Uint8Array;
  /** Another thread may do all of it in its place, as long as it was given nothing: see `withApart`. */
  readonly apart?: ApartCipher;
}

/** What a cipher is, for another thread. */
export interface ApartCipher {
  readonly recipe: CipherRecipe;
  /**
   * Told of all bytes before they go. The answer is told of all that came back.
   * @throws PackagerError LEFT_CLEAR, from the answer, when they came back as they were
   */
  watch?(clear: readonly Uint8Array[]): (encrypted: readonly Uint8Array[]) => void;
}

/**
 * A cipher that another thread can run too. What says so is not copied with its other properties: a plugin that puts an `update` of its
 * own in its place is asked, whatever was there before.
 */
export const withApart = (cipher: ResourceCipher, apart: ApartCipher | undefined): ResourceCipher =>
  apart ? Object.defineProperty(cipher, 'apart', { value: apart, enumerable: false }) : cipher;
