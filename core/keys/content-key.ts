import { inspect } from 'node:util';
import { copyBytes, toHex, toUuid } from '../base/bytes.ts';
import { fail } from '../base/errors.ts';
import { checkKeyValues } from './key-values.ts';
import { ownHdcpLevel, ownSignalling } from './own-signalling.ts';
import type { HdcpLevel, KeySignalling } from './signalling.ts';

/** The plain form of a key, to cross a thread. It holds the secret: it is never logged or stored. */
export interface ContentKeyData {
  readonly id: Uint8Array;
  readonly key: Uint8Array;
  readonly iv: Uint8Array | undefined;
  readonly signalling?: KeySignalling | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly hdcpLevel?: HdcpLevel | undefined;
}

/** What a key is made of. */
export interface ContentKeyParts {
  readonly id: Uint8Array;
  readonly key: Uint8Array;
  readonly iv?: Uint8Array | undefined;
  readonly signalling?: KeySignalling | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly hdcpLevel?: HdcpLevel | undefined;
}

/**
 * A content key: key id, 16 key bytes and, where the key system fixes one, a 16-byte IV.
 * Printing, inspecting or serialising it shows the id only; `reveal()` is the one way to the bytes.
 */
export class ContentKey {
  /** The key id, 16 bytes, in the order of `tenc` and `pssh`. Not secret. */
  readonly id: Uint8Array;
  /** The constant IV that the key system delivers with the key (cbcs, SAMPLE-AES, AES-128), if it does. */
  readonly iv: Uint8Array | undefined;
  /** How players are to be told of it, as its source says; `undefined`: the source leaves that to the packager. */
  readonly signalling: KeySignalling | undefined;
  /** What its source calls the tracks that it is for, such as `HD`. */
  readonly labels: readonly string[];
  /** What outputs need at least, where its source says so; `undefined`: that is left to the packager. */
  readonly hdcpLevel: HdcpLevel | undefined;
  readonly #key: Uint8Array;

  /**
   * @throws PackagerError KEY_SIZE when a part has the wrong number of bytes, INVALID_KEY for one that protects
   * nothing, KEY_DOCUMENT when players are to be told the key itself, or what nobody can read
   */
  constructor({ id, key, iv, signalling, labels = [], hdcpLevel }: ContentKeyParts) {
    if (id.length !== 16) throw fail.keySize('The key id', '16', id.length);
    if (key.length !== 16) throw fail.keySize('The content key', '16', key.length);
    if (iv !== undefined && iv.length !== 16) throw fail.keySize('The IV', '16', iv.length);
    checkKeyValues({ id, key });
    if (iv !== undefined && Buffer.compare(iv, key) === 0) throw fail.invalidKey(IV_IS_KEY);
    // What a plugin gives may be a view of memory that it uses again.
    this.id = copyBytes(id);
    this.#key = copyBytes(key);
    this.iv = iv && copyBytes(iv);
    this.signalling = ownSignalling(signalling, key);
    this.labels = labels;
    this.hdcpLevel = ownHdcpLevel(hdcpLevel);
  }

  static from(data: ContentKeyData): ContentKey {
    return new ContentKey(data);
  }

  /** The secret bytes. Hand them to a cipher and nowhere else. */
  reveal(): Uint8Array {
    return this.#key;
  }

  /** The IV, for a scheme that cannot do without. @throws PackagerError KEY_SIZE when the key source gave none. */
  requireIv(mode: string): Uint8Array {
    if (this.iv === undefined) throw fail.noIv(this.uuid, mode);
    return this.iv;
  }

  /** For `postMessage` to a worker thread of this process. */
  transfer(): ContentKeyData {
    const { id, iv, signalling, labels, hdcpLevel } = this;
    return { id, key: this.#key, iv, signalling, labels, hdcpLevel };
  }

  /** The key id as 32 lower-case hexadecimal digits. */
  get hexId(): string {
    return toHex(this.id);
  }

  /** The key id in UUID text form. */
  get uuid(): string {
    return toUuid(this.id);
  }

  toJSON(): { id: string } {
    return { id: this.hexId };
  }

  toString(): string {
    return `ContentKey(${this.uuid})`;
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

const IV_IS_KEY = 'The IV is the content key itself, and IVs are public.';
