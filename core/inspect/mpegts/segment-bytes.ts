import type { ByteSource } from '../../io/byte-source.ts';
import { DamageError } from '../model/damage-error.ts';
import type { ListedSegment } from '../model/listed-package.ts';
import { paddingOf, WholeSegmentCipher } from './aes-128.ts';
import type { TransportFacts } from './facts.ts';
import { type SegmentKey, SegmentKeys } from './keys.ts';
import type { TransportInput } from './transport.ts';

/** Bytes that are read of a segment at once: nearly all segments are shorter. */
const PIECE = 16 * 2 ** 20;

/** Bytes of a listed segment, of AES-128 decrypted. */
export interface Piece {
  /** Index in `TransportInput.segments`. */
  readonly listed: number;
  readonly segment: ListedSegment;
  readonly file: string;
  /** Of its first byte in the file. */
  readonly position: number;
  /** How many bytes of memory are its own: from where it was asked to begin. */
  readonly length: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly key: SegmentKey | undefined;
  /** It is AES-128 and its key is missing: it has no bytes. */
  readonly isLocked: boolean;
}

/** Reads the segments of a rendition one after the other, in pieces that fit in memory. */
export class SegmentBytes {
  readonly #input: TransportInput;
  readonly #facts: TransportFacts;
  readonly #keys: SegmentKeys;
  #memory = Buffer.alloc(0);
  #source: ByteSource | undefined;
  #path: string | undefined;
  #listed = 0;
  /** Read so far of the listed segment. */
  #done = 0;
  #key: SegmentKey | undefined;
  #cipher: WholeSegmentCipher | undefined;

  constructor(input: TransportInput, facts: TransportFacts) {
    this.#input = input;
    this.#facts = facts;
    this.#keys = new SegmentKeys(input.lookup);
  }

  /** Where pieces are: another buffer after each call of `next`. What is before a piece is the caller's. */
  get memory(): Buffer {
    return this.#memory;
  }

  get missingKeys(): string[] {
    return this.#keys.missing;
  }

  /**
   * The next piece, in `memory` from `headroom` on; what was there from 0 to `headroom` stays. `undefined`: there is none.
   * @param most bytes, for who wants no more than the first of a segment
   * @throws DamageError where a file ends before what is listed of it
   */
  async next(headroom: number, most = PIECE): Promise<Piece | undefined> {
    while (this.#input.segments[this.#listed]?.isGap) this.#listed += 1;
    const listed = this.#listed;
    const segment = this.#input.segments[listed];
    if (!segment) return undefined;
    const { path, offset } = segment.place;
    const source = await this.#open(path);
    const length = segment.place.length ?? Math.max(0, source.size - offset);
    const isFirst = this.#done === 0;
    if (isFirst) this.#begin(segment);
    const key = this.#key;
    const isLocked = key?.scheme === 'aes-128' && !key.key;
    const wanted = isLocked ? 0 : Math.min(most, length - this.#done);
    const position = offset + this.#done;
    if (position + wanted > source.size)
      throw new DamageError(path, source.size, 'ends before what is listed of it');
    const isLast = isLocked || this.#done + wanted >= length;
    let count = await this.#read(source, position, wanted, headroom);
    if (this.#cipher) count = this.#decrypt(headroom, count, isLast, { listed, path, position });
    this.#done += wanted;
    if (isLast) {
      this.#listed += 1;
      this.#done = 0;
    }
    return { listed, segment, file: path, position, length: count, isFirst, isLast, key, isLocked };
  }

  /** Bytes of the file that is open before a place in it, as many as are asked for or there are. */
  async before(position: number, most: number): Promise<Buffer> {
    const bytes = Buffer.alloc(Math.min(most, position));
    if (bytes.length > 0) await this.#source?.read(position - bytes.length, [bytes]);
    return bytes;
  }

  async close(): Promise<void> {
    const source = this.#source;
    this.#source = undefined;
    this.#path = undefined;
    await source?.close();
  }

  #begin(segment: ListedSegment): void {
    this.#key = this.#keys.of(segment);
    const { scheme, key } = this.#key ?? {};
    this.#cipher = scheme === 'aes-128' && key ? new WholeSegmentCipher(key.bytes, key.iv) : undefined;
  }

  async #open(path: string): Promise<ByteSource> {
    if (this.#source && this.#path === path) return this.#source;
    await this.close();
    this.#source = await this.#input.open(path);
    this.#path = path;
    return this.#source;
  }

  async #read(source: ByteSource, position: number, count: number, headroom: number): Promise<number> {
    this.#reserve(headroom + count, headroom);
    if (count > 0) await source.read(position, [this.#memory.subarray(headroom, headroom + count)]);
    return count;
  }

  #decrypt(
    at: number,
    count: number,
    isLast: boolean,
    place: { readonly listed: number; readonly path: string; readonly position: number },
  ): number {
    const cipher = this.#cipher!;
    const clear = cipher.update(this.#memory.subarray(at, at + count), isLast);
    this.#reserve(at + clear.length, at);
    this.#memory.set(clear, at);
    if (!isLast) return clear.length;
    const padding = cipher.excess === 0 ? paddingOf(clear) : undefined;
    if (padding === undefined) {
      const why =
        cipher.excess > 0
          ? `it ends ${cipher.excess} bytes behind a whole block`
          : 'its padding is not that of PKCS #7: it was encrypted with another key or IV, or is damaged';
      this.#facts.add({
        code: 'PADDING_WRONG',
        file: place.path,
        offset: place.position,
        segment: place.listed,
        pid: undefined,
        message: `A segment cannot be all of what AES-128 made: ${why}.`,
      });
    }
    return clear.length - (padding ?? 0);
  }

  /** Room for `length` bytes, of which the first `kept` stay. */
  #reserve(length: number, kept: number): void {
    if (length <= this.#memory.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.ceil(length * 1.25));
    larger.set(this.#memory.subarray(0, kept));
    this.#memory = larger;
  }
}
