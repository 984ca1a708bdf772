import { copyBytes, toHex } from '../../base/bytes.ts';
import { DamageError } from '../model/damage-error.ts';

/** Where the fields lie: the bytes that `Box.held` is of. */
interface Fields {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly base: number;
}

const latin1 = new TextDecoder('latin1');
const utf8 = new TextDecoder('utf-8');

/** Reads the fields of a box one after the other, all big-endian. @throws DamageError where it ends before they do */
export class FieldReader {
  readonly #fields: Fields;
  readonly #view: DataView;
  readonly #what: string;
  readonly end: number;
  /** Of the next field, in the bytes in memory. */
  at: number;

  constructor(fields: Fields, from: number, to: number, what: string) {
    this.#fields = fields;
    this.#view = new DataView(fields.bytes.buffer, fields.bytes.byteOffset, fields.bytes.byteLength);
    this.#what = what;
    this.at = from;
    this.end = to;
  }

  get left(): number {
    return this.end - this.at;
  }

  get view(): DataView {
    return this.#view;
  }

  /** Position in the file of the next field. */
  get position(): number {
    return this.#fields.base + this.at;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  i16(): number {
    return this.#view.getInt16(this.#take(2));
  }

  u24(): number {
    const at = this.#take(3);
    return this.#view.getUint16(at) * 2 ** 8 + this.#view.getUint8(at + 2);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4));
  }

  /** Of 64 bits; beyond 2^53 nothing that a file can mean. */
  u64(): number {
    const value = this.#view.getBigUint64(this.#take(8));
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.damage('has a number that nothing can mean');
    return Number(value);
  }

  i64(): number {
    const value = Number(this.#view.getBigInt64(this.#take(8)));
    if (!Number.isSafeInteger(value)) throw this.damage('has a number that nothing can mean');
    return value;
  }

  /** Of 32 or, in version 1 of a box, 64 bits. */
  word(isLong: boolean): number {
    return isLong ? this.u64() : this.u32();
  }

  /** 16.16 */
  fixed(): number {
    return this.i32() / 2 ** 16;
  }

  /** In memory of their own. */
  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return copyBytes(this.#fields.bytes, at, at + length);
  }

  hex(length: number): string {
    const at = this.#take(length);
    return toHex(this.#fields.bytes.subarray(at, at + length));
  }

  fourCC(): string {
    const at = this.#take(4);
    return latin1.decode(this.#fields.bytes.subarray(at, at + 4));
  }

  /** UTF-8 up to a zero, or to the end. */
  text(): string {
    const bytes = this.#fields.bytes.subarray(this.at, this.end);
    const zero = bytes.indexOf(0);
    this.#take(zero < 0 ? bytes.length : zero + 1);
    return utf8.decode(zero < 0 ? bytes : bytes.subarray(0, zero));
  }

  skip(length: number): this {
    this.#take(length);
    return this;
  }

  /** Room for `count` rows of `length` bytes, which are passed over. @returns where the first one is in the bytes in memory */
  rows(count: number, length: number): number {
    return this.#take(count * length);
  }

  damage(reason: string): DamageError {
    return new DamageError(this.#fields.file, this.position, reason);
  }

  #take(length: number): number {
    const { at } = this;
    if (length > this.end - at) throw this.damage(`has a box "${this.#what}" that ends before its fields do`);
    this.at = at + length;
    return at;
  }
}
